import { describe, expect, it } from 'vitest';
import { exportEquivocation, RetCode, verifyEquivocation } from '../../interpreter/index.ts';
import { idOf } from '../support/cast.ts';
import { Forgery } from '../support/forge.ts';
import { expectRefused, requestsOf } from '../support/refused.ts';
import { SignedBench } from '../support/signed-bench.ts';

// Goal:    mallory answers in one order to bob and in another to carol, or keeps an answer for later.
// Means:   she signs two logs that begin alike and then part; no site is in both ends.
// Refused: by mergeLogs, where the two meet: neither log begins the other.
const SCRIPT = `(seq (call "mallory" ("s" "bid") [] a)
  (par (par (call "mallory" ("s" "red") [] $x) (call "mallory" ("s" "blue") [] $x)) (call "bob" ("s" "got") [a])))`;

function bidden(): { bench: SignedBench; red: Forgery; blue: Forgery } {
  const bench = new SignedBench(SCRIPT);
  bench.run('mallory');
  bench.run('mallory', { results: { 1: '1' } });
  const common = bench.data('mallory');
  const forked = (id: number): Forgery => {
    const { data } = bench.run('mallory', { prev: common, results: { [id]: '2' } });
    return new Forgery(bench, data);
  };
  return { bench, red: forked(2), blue: forked(3) };
}

describe('two logs that begin alike', () => {
  it('honest twin: one record after the other', () => {
    const { bench, red } = bidden();
    bench.run('bob', { current: red.bytes });
    bench.run('mallory', { prev: red.bytes, results: { 3: '2' } });
    expect(bench.deliver('mallory', 'bob').retCode).toBe(RetCode.success);
    expect(exportEquivocation([red.bytes, bench.data('bob')], bench.particle)).toBeUndefined();
  });

  it.each([
    ['red first', 0],
    ['blue first', 1],
  ])('are refused by a peer that has both, and the first one stays: %s', (_, order) => {
    const { bench, red, blue } = bidden();
    const [first, second] = order === 0 ? [red, blue] : [blue, red];
    expect(requestsOf(bench.run('bob', { current: first.bytes }))).toEqual([['got', [1]]]);
    const known = bench.data('bob');
    const outcome = bench.run('bob', { current: second.bytes });
    expectRefused(outcome, RetCode.equivocation, {
      known,
      text: 'signed two different histories: record 1 exists in two versions',
    });
    const evidence = exportEquivocation([known, second.bytes], bench.particle);
    expect(verifyEquivocation(evidence!)).toMatchObject({
      peerId: idOf('mallory'),
      conflict: 'history',
      statements: [
        { index: 1, size: 2 },
        { index: 1, size: 2 },
      ],
    });
  });

  it('is valid if she appends one to the other, and keeps that log', () => {
    const { bench, red, blue } = bidden();
    const records = [...red.log('mallory').records, blue.log('mallory').records[1]!];
    const { signature } = blue.log('mallory');
    red.setLog('mallory', { records, signature });
    expectRefused(bench.run('bob', { current: red.bytes }), RetCode.signatureMismatch);
  });

  it('are not an equivocation if a carrier has written one of them: mallory is not accused', () => {
    const { bench, red, blue } = bidden();
    bench.run('bob', { current: red.bytes });
    const known = bench.data('bob');
    blue.editLog('mallory', ({ signature }) => ({ signature: signature.with(0, signature[0]! ^ 1) }));
    expectRefused(bench.run('bob', { current: blue.bytes }), RetCode.signatureMismatch, { known });
    expect(exportEquivocation([known, blue.bytes], bench.particle)).toBeUndefined();
  });

  it('are refused by mallory’s own peer if she has sent one of them: her peer is honest', () => {
    const { bench, red, blue } = bidden();
    const known = red.bytes;
    const outcome = bench.run('mallory', { prev: known, current: blue.bytes });
    expectRefused(outcome, RetCode.equivocation, { known });
  });
});
