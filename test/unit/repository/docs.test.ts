import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SOURCE_FOLDERS } from '../../support/folders.ts';
import { DEFAULT_LIMITS, RetCode } from '../../../interpreter/index.ts';
import { DEFAULT_PEER_LIMITS } from '../../../peer/index.ts';
import * as serviceLimits from '../../../services/limits.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

const filesIn = (folder: string, ending: string): string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith(ending) && !name.includes('node_modules'))
    .map(name => join(folder, name));

const sources = SOURCE_FOLDERS.flatMap(folder => filesIn(folder, '.ts'));
const documents = [
  ...readdirSync(ROOT).filter(name => name.endsWith('.md')),
  ...['docs', 'examples', 'test'].flatMap(folder => filesIn(folder, '.md')),
];

/** Anchors as GitHub makes them from headings. */
function anchorsOf(path: string): Set<string> {
  const headings = read(path).matchAll(/^#+ (.+)$/gm);
  return new Set(
    [...headings].map(([, title = '']) =>
      title
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .trim()
        .replaceAll(' ', '-'),
    ),
  );
}

describe('documents', () => {
  it('link to what exists', () => {
    const broken = documents.flatMap(path =>
      [...read(path).matchAll(/\]\(([^)\s]+)\)/g)]
        .map(([, target = '']) => target)
        .filter(target => !/^[a-z]+:/.test(target))
        .filter(target => {
          const [file = '', anchor] = target.split('#');
          const resolved = file === '' ? path : relative(ROOT, resolve(ROOT, dirname(path), file));
          if (!existsSync(join(ROOT, resolved))) return true;
          return anchor !== undefined && resolved.endsWith('.md') && !anchorsOf(resolved).has(anchor);
        })
        .map(target => `${path} → ${target}`),
    );
    expect(broken).toEqual([]);
  });

  it('are in the package where README links to them', () => {
    const { files } = JSON.parse(read('package.json')) as { readonly files: readonly string[] };
    const linked = [...read('README.md').matchAll(/\]\(([^)\s#]+)[^)]*\)/g)].map(([, target = '']) => target);
    const isPacked = (target: string): boolean => files.some(entry => `${target}/`.startsWith(`${entry}/`));
    expect(linked.filter(target => !/^[a-z]+:/.test(target) && !isPacked(target))).toEqual([]);
    expect(linked.length).toBeGreaterThan(10);
  });

  it('exist where doc comments name them', () => {
    const named = [...sources, ...filesIn('test', '.ts')].flatMap(file =>
      [...read(file).matchAll(/\bdocs\/[\w./-]+\.md(#[\w-]+)?/g)].map(([target]) => ({ file, target })),
    );
    const missing = named.filter(({ target }) => {
      const [path = '', anchor] = target.split('#');
      return !existsSync(join(ROOT, path)) || (anchor !== undefined && !anchorsOf(path).has(anchor));
    });
    expect(missing).toEqual([]);
    expect(named.length).toBeGreaterThan(10);
  });

  it('list exactly the codes that the sources use', () => {
    const used = new Set(
      sources.flatMap(file => [...read(file).matchAll(/'(ERR_[A-Z0-9_]+)'/g)].map(([, code]) => code)),
    );
    // Node's own, when a module cannot be imported.
    used.delete('ERR_MODULE_NOT_FOUND');
    // Of a thread.
    used.delete('ERR_WORKER_OUT_OF_MEMORY');
    const listed = new Set(
      [...read('docs/spec/errors.md').matchAll(/`(ERR_[A-Z0-9_]+)`/g)].map(([, code]) => code),
    );
    expect([...listed].toSorted()).toEqual([...used].toSorted());
    const rows = new Set(
      [...read('docs/spec/errors.md').matchAll(/^\|\s+(\d+)\s+\|\s+(\w+)\s+\|/gm)].map(
        ([, code, name]) => `${code} ${name}`,
      ),
    );
    expect([...rows].toSorted()).toEqual(
      Object.entries(RetCode)
        .map(([name, code]) => `${code} ${name}`)
        .toSorted(),
    );
  });

  it('name files that exist, and functions that are in them', () => {
    const files = [...sources, ...filesIn('test', '.ts')];
    const wrong = documents.flatMap(path => {
      const named = [...read(path).matchAll(/`([\w/-]+(?:\.test)?\.ts)`(?:, `(\w+)`)?/g)];
      return named
        .filter(([, file = '', fn]) => {
          const found = files.filter(name => `/${name}`.endsWith(`/${file}`));
          return found.length === 0 || (fn !== undefined && !found.some(name => read(name).includes(fn)));
        })
        .map(([text]) => `${path}: ${text}`);
    });
    expect(wrong).toEqual([]);
  });

  it('show the limits that the code has', () => {
    const units: Record<string, number> = { KiB: 2 ** 10, MiB: 2 ** 20, Mi: 2 ** 20, s: 1000, h: 3_600_000 };
    const rows = ['docs/spec/data.md', 'ARCHITECTURE.md'].flatMap(path => [
      ...read(path).matchAll(/^\|\s+`(\w+)`[^|]*\|\s+(\d[\d ]*?) ?(KiB|MiB|Mi|s|h)?\s+\|/gm),
    ]);
    const shown = rows.map(([, name = '', digits = '', unit]) => [
      name,
      Number(digits.replaceAll(' ', '')) * (unit === undefined ? 1 : (units[unit] as number)),
    ]);
    expect(Object.fromEntries(shown)).toEqual({
      ...DEFAULT_LIMITS,
      ...DEFAULT_PEER_LIMITS,
      ...serviceLimits,
    });
  });

  it('link every attack from the guarantee that it tries', () => {
    const links = new Set(
      [...read('SECURITY.md').matchAll(/\((test\/attack\/[\w.-]+)\)/g)].map(([, file]) => file),
    );
    expect([...links].toSorted()).toEqual(filesIn('test/attack', '.test.ts').toSorted());
  });

  it('need nothing that is not in the repository', () => {
    // Split, so that this file does not name it either.
    const outside = new RegExp(`(\\.\\./|/work/)${'sha'}${'red'}\\b`);
    const all = [...documents, ...sources, ...filesIn('test', '.ts'), ...filesIn('test', '.json')];
    expect(all.filter(file => outside.test(read(file)))).toEqual([]);
  });
});
