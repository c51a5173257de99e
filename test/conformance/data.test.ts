import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { RetCode } from '../../interpreter/index.ts';
import { toHex } from '../../base/bytes.ts';
import { DATA_CASES } from './data-cases.ts';
import { outcomeOf } from './vector.ts';
import { playData, printData, run, type DataVector } from './data-vector.ts';

const fileOf = (kind: string): string => join(import.meta.dirname, `vectors/data/${kind}.json`);

describe.each(Object.entries(DATA_CASES))('data vectors: %s', (kind, cases) => {
  it('are what is made from the cases', async () => {
    await expect(printData(cases().map(playData))).toMatchFileSnapshot(fileOf(kind));
  });

  const vectors = JSON.parse(readFileSync(fileOf(kind), 'utf8')) as DataVector[];
  it.each(vectors)('holds: $name', vector => {
    const outcome = run(vector);
    expect(outcomeOf(outcome)).toEqual(vector.outcome);
    const { retCode } = outcome;
    const isRefused =
      (retCode > 0 && retCode < RetCode.localServiceError) ||
      (retCode >= RetCode.traceError && retCode < RetCode.unprocessedCallResults);
    if (!isRefused) return;
    expect(toHex(outcome.data)).toBe(vector.prev ?? '');
    expect([outcome.nextPeerIds, outcome.callRequests.size]).toEqual([[], 0]);
  });

  it('begin with what is honest', () => {
    expect(vectors[0]?.name).toMatch(/^honest/);
    for (const { name, outcome } of vectors)
      if (/^honest|at the limit|not needed/.test(name)) expect([name, outcome.retCode]).toEqual([name, 0]);
  });
});
