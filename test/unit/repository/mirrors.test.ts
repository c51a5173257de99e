import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { SOURCE_FOLDERS } from '../../support/folders.ts';

const ROOT = resolve(import.meta.dirname, '../../..');

/** By folder or file: the tests that cover it, besides a unit test of the same path. The longest path counts. */
type Rows = Readonly<Record<string, readonly string[]>>;

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const rows = JSON.parse(read('test/covered.json')) as Rows;
/** The page has its tests in browsers. */
const sources = SOURCE_FOLDERS.filter(folder => folder !== 'viewer').flatMap(filesIn);
const tests = filesIn('test').filter(path => path.endsWith('.test.ts'));

function filesIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.ts'))
    .map(name => join(folder, name));
}

/** Types and re-exports have nothing to test. */
const hasCode = (path: string): boolean =>
  !path.endsWith('/index.ts') &&
  /^(export )?(default )?(abstract )?(async )?(function|const|class|let|enum)\b/m.test(read(path));

const isMirrored = (path: string): boolean =>
  existsSync(join(ROOT, `test/unit/${path.replace(/\.ts$/, '.test.ts')}`));

function rowOf(path: string): readonly string[] {
  const keys = Object.keys(rows).filter(key => path === key || (key.endsWith('/') && path.startsWith(key)));
  return rows[keys.toSorted((a, b) => b.length - a.length)[0] ?? ''] ?? [];
}

/** These run the built package, so they import nothing of it. */
const runsPackage = (test: string): boolean => test.startsWith('test/e2e/');

function matching(pattern: string): string[] {
  const source = pattern
    .replaceAll('.', '\\.')
    .replaceAll('**/', '(.+/)?')
    .replaceAll(/(?<!\))\*/g, '[^/]*');
  const regex = new RegExp(`^${source}$`);
  return tests.filter(path => regex.test(path));
}

/** Our files that a file imports, types aside; the build and the tests resolve `#chevrotain` to one of two files. */
function importsOf(path: string): string[] {
  const statements = read(path).matchAll(
    /^(?:import|export)\s(?!type\s)(?:[^;]*?\sfrom\s)?'([^']+)';|\bimport\('([^']+)'\)/gm,
  );
  return [...statements].flatMap(([, specifier, dynamic]) => {
    const name = (specifier ?? dynamic) as string;
    if (name === '#chevrotain')
      return ['late', 'ready'].map(kind => `air-grammar/grammar/chevrotain-${kind}.ts`);
    return name.startsWith('.') ? [relative(ROOT, resolve(ROOT, dirname(path), name))] : [];
  });
}

const reached = new Map<string, ReadonlySet<string>>();
function reachedBy(test: string): ReadonlySet<string> {
  const known = reached.get(test);
  if (known !== undefined) return known;
  const found = new Set<string>();
  const open = [test];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (found.has(path) || !path.endsWith('.ts')) continue;
    found.add(path);
    open.push(...importsOf(path));
  }
  reached.set(test, found);
  return found;
}

it('every source has a unit test of the same path, or a test that its row in test/covered.json names reaches it', () => {
  const missing = sources
    .filter(path => hasCode(path) && !isMirrored(path))
    .filter(
      path =>
        !rowOf(path)
          .flatMap(matching)
          .some(test => runsPackage(test) || reachedBy(test).has(path)),
    );
  expect(missing).toEqual([]);
});

it('what test/covered.json names exists', () => {
  expect(Object.keys(rows).filter(key => !existsSync(join(ROOT, key)))).toEqual([]);
  const patterns = Object.values(rows).flat();
  expect(patterns.filter(pattern => matching(pattern).length === 0)).toEqual([]);
});
