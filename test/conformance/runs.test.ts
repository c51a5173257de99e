import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { RetCode } from '../../interpreter/index.ts';
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

  it('are many, and cover every code that honest peers can meet', () => {
    const vectors = files.flatMap(vectorsOf);
    const codes = new Set(vectors.flatMap(({ steps }) => steps.map(({ outcome }) => outcome.retCode)));
    console.log(
      `conformance: ${vectors.length} vectors, codes ${[...codes].toSorted((a, b) => a - b).join(' ')}`,
    );
    expect(vectors.length).toBeGreaterThanOrEqual(600);
    const met = Object.entries(RetCode).filter(
      ([, code]) =>
        code === 0 || code === 1 || (code >= RetCode.localServiceError && code <= RetCode.mapKeyUnsupported),
    );
    expect(met.filter(([, code]) => !codes.has(code)).map(([name]) => name)).toEqual([]);
  });
});
