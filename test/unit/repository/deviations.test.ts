import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../../..');
const VECTORS = join(ROOT, 'test/conformance/vectors');
const lines = readFileSync(join(ROOT, 'docs/deviations.md'), 'utf8').split('\n');
const isRule = (line: string): boolean => line.startsWith('| -');
const rows = lines.filter((line, i) => line.startsWith('| ') && !isRule(line) && !isRule(lines[i + 1] ?? ''));

/** `file: name` of every vector; of scripts the group. */
const vectors = new Set(
  ['runs', 'data', 'grammar'].flatMap(kind =>
    readdirSync(join(VECTORS, kind)).flatMap(file => {
      const list = JSON.parse(readFileSync(join(VECTORS, kind, file), 'utf8')) as {
        name?: string;
        group?: string;
      }[];
      return list.map(({ name, group }) => `${kind}/${file.replace('.json', '')}: ${name ?? group}`);
    }),
  ),
);

it('every difference from AquaVM names a vector or a test that exists', () => {
  const wrong = rows.filter(row => {
    const shown = row.split(' | ').at(-1) as string;
    const named = [...shown.matchAll(/`((?:runs|data|grammar)\/[^`]+)`/g)].map(([, name]) => name as string);
    const linked = [...shown.matchAll(/\]\(\.\.\/(test\/[^)]+)\)/g)].map(([, path]) => path as string);
    return (
      named.length + linked.length === 0 ||
      named.some(name => !vectors.has(name)) ||
      linked.some(path => !existsSync(join(ROOT, path)))
    );
  });
  expect(wrong).toEqual([]);
  expect(rows.length).toBeGreaterThanOrEqual(30);
});

it('every rule has a vector that differs by it', () => {
  const rules = new Set(rows.flatMap(row => [...row.matchAll(/^\| `([A-Z-]+)`/g)].map(([, rule]) => rule)));
  const shown = new Set(
    readdirSync(join(VECTORS, 'runs')).flatMap(file =>
      [...readFileSync(join(VECTORS, 'runs', file), 'utf8').matchAll(/"rule":"([A-Z-]+)"/g)].map(
        ([, rule]) => rule,
      ),
    ),
  );
  expect([...rules].toSorted()).toEqual([...shown].toSorted());
});
