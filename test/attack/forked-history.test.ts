import { describe, expect, it } from 'vitest';
import { RetCode, type RecordBatch } from '../../interpreter/index.ts';
import { Bench } from '../support/bench.ts';
import { Forgery } from '../support/forge.ts';
import { expectRefused, requestsOf } from '../support/refused.ts';

// Goal:    mallory answers in one order to bob and in another to carol, or keeps an answer for later.
// Means:   she signs two batches that both follow the same head; no site is in both.
// Refused: by mergeChains, where the two meet: neither history begins the other.
const SCRIPT = `(seq (call "mallory" ("s" "bid") [] a)
  (par (par (call "mallory" ("s" "red") [] $x) (call "mallory" ("s" "blue") [] $x)) (call "bob" ("s" "got") [a])))`;

function bidden(): { bench: Bench; red: Forgery; blue: Forgery } {
  const bench = new Bench(SCRIPT);
  bench.run('mallory');
  bench.run('mallory', { results: { 1: '1' } });
  const common = bench.data('mallory');
  const forked = (id: number): Forgery => {
    const { data } = bench.run('mallory', { prev: common, results: { [id]: '2' } });
    return new Forgery(bench, data);
  };
  return { bench, red: forked(2), blue: forked(3) };
}

describe('two batches that follow one head', () => {
  it('honest twin: one after the other', () => {
    const { bench, red } = bidden();
    bench.run('bob', { current: red.bytes });
    bench.run('mallory', { prev: red.bytes, results: { 3: '2' } });
    expect(bench.deliver('mallory', 'bob').retCode).toBe(RetCode.success);
  });

  it.each([
    ['red first', 0],
    ['blue first', 1],
  ])('are refused where they meet, and the one that came first stays: %s', (_, order) => {
    const { bench, red, blue } = bidden();
    const [first, second] = order === 0 ? [red, blue] : [blue, red];
    expect(requestsOf(bench.run('bob', { current: first.bytes }))).toEqual([['got', [1]]]);
    const known = bench.data('bob');
    const outcome = bench.run('bob', { current: second.bytes });
    expectRefused(outcome, RetCode.equivocation, {
      known,
      text: 'signed two different histories: batch 1 of its records exists in two versions',
    });
  });

  it('are refused in one chain', () => {
    const { bench, red, blue } = bidden();
    const second = blue.chain('mallory').batches[1] as RecordBatch;
    red.setChain('mallory', [...red.chain('mallory').batches, second]);
    expectRefused(bench.run('bob', { current: red.bytes }), RetCode.chainBroken);
  });

  it('are refused by mallory herself, if she has told one of them: her own peer is honest', () => {
    const { bench, red, blue } = bidden();
    const known = red.bytes;
    const outcome = bench.run('mallory', { prev: known, current: blue.bytes });
    expectRefused(outcome, RetCode.equivocation, { known });
  });
});
