import { describe, expect, it } from 'vitest';
import { forgetAll } from '../../../../interpreter/forget.ts';
import { decodeData, execute, type Outcome } from '../../../../interpreter/index.ts';
import { Bench } from '../../../support/bench.ts';
import { idOf } from '../../../support/cast.ts';
import { Forgery } from '../../../support/forge.ts';

/** Alice answers one call a run; bob gets all of it. */
const COUNT = 6;
const SCRIPT = `${Array.from({ length: COUNT }, (_, i) => `(seq (call "alice" ("s" "f${i}") [${i}] x${i})`).join(' ')}
  (call "bob" ("s" "use") [${Array.from({ length: COUNT }, (_, i) => `x${i}`).join(' ')}])${')'.repeat(COUNT)}`;

/** Data of alice after each of her runs that states something. */
function growing(particleId: string): { bench: Bench; parts: Uint8Array[] } {
  const bench = new Bench(SCRIPT, { particleId });
  bench.run('alice');
  const parts = Array.from(
    { length: COUNT },
    (_, i) => bench.run('alice', { results: { [i + 1]: String(i) } }).data,
  );
  return { bench, parts };
}

function permutations<T>(list: readonly T[]): T[][] {
  if (list.length <= 1) return [[...list]];
  return list.flatMap((item, i) =>
    permutations([...list.slice(0, i), ...list.slice(i + 1)]).map(rest => [item, ...rest]),
  );
}

describe('parts of one log', () => {
  it('are accepted again when they arrive late, and change nothing', () => {
    const { bench, parts } = growing('late');
    const known = bench.run('bob', { current: parts.at(-1) as Uint8Array }).data;
    for (const part of parts) {
      const { retCode, data } = bench.run('bob', { prev: known, current: part });
      expect(retCode).toBe(0);
      expect(data).toEqual(known);
    }
  });

  it('give the same data in whatever order an honest peer meets them', () => {
    const { bench, parts } = growing('orders');
    const some = [0, 2, 3, 5].map(i => parts[i] as Uint8Array);
    const ends = permutations(some).map(order => {
      let known: Uint8Array = new Uint8Array(0);
      for (const current of order) known = bench.run('bob', { prev: known, current }).data;
      return Buffer.from(known).toString('hex');
    });
    expect(ends).toHaveLength(24);
    expect(new Set(ends).size).toBe(1);
  });

  it('give the same in a cold process and in one that has seen any of them, accepted or refused', () => {
    const { bench, parts } = growing('warm');
    const forged = parts.map((part, i) => {
      const forgery = new Forgery(bench, part);
      if (i % 3 === 0) forgery.editLog('alice', ({ signature }) => ({ signature: signature.with(5, 7) }));
      else if (i % 3 === 1) forgery.editLog('alice', ({ records }) => ({ records: records.toReversed() }));
      else forgery.append('alice', [forgery.record('alice')]);
      return Uint8Array.from(forgery.bytes);
    });
    const all = [...parts, ...forged];
    const knowns = [
      new Uint8Array(0),
      ...parts.map(part => execute(bench.input('bob', { current: part })).data),
    ];
    const run = (prev: Uint8Array, current: Uint8Array): Outcome =>
      execute(bench.input('bob', { prev, current }));
    const shown = ({ retCode, errorMessage, data, nextPeerIds }: Outcome): string =>
      JSON.stringify([retCode, errorMessage, Buffer.from(data).toString('hex'), nextPeerIds]);
    const verdicts = new Set<number>();
    for (const prev of knowns) {
      for (const current of all) {
        forgetAll();
        const cold = run(prev, current);
        verdicts.add(cold.retCode);
        for (const seen of all) {
          forgetAll();
          run(new Uint8Array(0), seen);
          expect(shown(run(prev, current))).toBe(shown(cold));
        }
      }
    }
    expect([...verdicts].toSorted((a, b) => a - b)).toEqual([0, 9, 14]);
  });

  it('share the records that they have in common, and hash none of them again', () => {
    const { bench, parts } = growing('shared');
    forgetAll();
    let known: Uint8Array = new Uint8Array(0);
    const logOf = (data: Uint8Array) =>
      decodeData(data, bench.particleSignature, 'test').logs.get(idOf('alice'));
    let first;
    for (const current of parts) {
      known = bench.run('bob', { prev: known, current }).data;
      const log = logOf(Uint8Array.from(known));
      first ??= log?.at(0);
      expect(log?.at(0)).toBe(first);
    }
  });
});
