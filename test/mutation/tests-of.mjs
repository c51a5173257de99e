import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../..');
const rows = JSON.parse(readFileSync(join(ROOT, 'test/covered.json'), 'utf8'));

/** The longest key of `test/covered.json` that is the source, or a folder above it; empty if none is. */
export const rowOf = source =>
  Object.keys(rows)
    .filter(key => source === key || (key.endsWith('/') && source.startsWith(key)))
    .reduce((longest, key) => (key.length > longest.length ? key : longest), '');

/** The tests of a source: the unit test of the same path, and those of its row in `test/covered.json`. */
export function testsOf(source) {
  const mirror = `test/unit/${source.replace(/\.ts$/, '.test.ts')}`;
  return [...(existsSync(join(ROOT, mirror)) ? [mirror] : []), ...(rows[rowOf(source)] ?? [])];
}
