import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../../..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

interface Equivalent {
  readonly file: string;
  readonly original: string;
  readonly replacement: string;
  readonly reason: string;
}

it('each equivalent mutant changes a text that its file has, for a reason', () => {
  const equivalents = JSON.parse(read('test/mutation/equivalents.json')) as Equivalent[];
  expect(equivalents.filter(({ file, original }) => !read(file).includes(original))).toEqual([]);
  expect(equivalents.filter(({ reason }) => !reason.includes(' '))).toEqual([]);
});
