import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { RetCode } from '../../../interpreter/index.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const FOLDERS = ['base', 'air-grammar', 'interpreter', 'services', 'peer', 'audit', 'cli'];
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

const filesIn = (folder: string, ending: string): string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith(ending) && !name.includes('node_modules'))
    .map(name => join(folder, name));

const sources = FOLDERS.flatMap(folder => filesIn(folder, '.ts'));
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
});
