import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { Oracle } from '../differential/oracle.ts';
import { namedBy, replay } from './replay.ts';
import type { Vector } from './vector.ts';

const FOLDER = join(import.meta.dirname, 'vectors/runs');
const files = readdirSync(FOLDER).toSorted();
const vectorsOf = (file: string): Vector[] =>
  JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as Vector[];
const documented = readFileSync(resolve(import.meta.dirname, '../../docs/deviations.md'), 'utf8');

let oracle: Oracle;
beforeAll(async () => {
  oracle = await Oracle.open();
});

/** The strongest proof that the vectors are right: the reference says the same, but where a vector names why not. */
describe('run vectors beside AquaVM', () => {
  it.each(files)('%s', async file => {
    for (const vector of vectorsOf(file)) {
      const found = namedBy(vector, await replay(oracle, vector));
      expect(found, `${vector.name}: ${vector.script}`).toEqual(vector.deviations ?? []);
    }
  });

  it('name documented rules only', () => {
    const rules = new Set(
      files.flatMap(vectorsOf).flatMap(({ deviations = [] }) => deviations.map(({ rule }) => rule)),
    );
    expect([...rules].filter(rule => !documented.includes(`\`${rule}\``))).toEqual([]);
  });
});
