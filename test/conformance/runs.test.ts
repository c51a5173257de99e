import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { play, type Vector } from './vector.ts';

const FOLDER = join(import.meta.dirname, 'vectors/runs');
const files = readdirSync(FOLDER).toSorted();
const vectorsOf = (file: string): Vector[] =>
  JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as Vector[];
const print = (vectors: readonly Vector[]): string =>
  `[\n${vectors.map(vector => JSON.stringify(vector)).join(',\n')}\n]\n`;

describe('run vectors', () => {
  it.each(files)('%s holds', async file => {
    await expect(print(vectorsOf(file).map(play))).toMatchFileSnapshot(join(FOLDER, file));
  });
});
