import { describe, expect, it } from 'vitest';
import { Bench } from '../support/bench.ts';
import { RetCode, type Limits } from '../../interpreter/index.ts';
import { expectRefused } from '../support/refused.ts';

// Goal:    bob's peer runs out of memory or time on a script of one line.
// Means:   what is harmless once is done in a fold: canons that grow, long arguments, many requests, kept errors, large comparisons.
// Refused: by the budget of a run (executor/budget.ts): what it puts together, what it asks for, and its work by size.
const ITEMS = 2000;
const LIST = JSON.stringify(Array.from({ length: ITEMS }, (_, i) => `item ${i}`));

/** Runs a fold over a list of some 20 000 characters; `x` is a text of as many. */
function fold(body: string, limits: Partial<Limits> = {}) {
  const bench = new Bench(
    `(seq (seq (call "bob" ("s" "list") [] l) (call "bob" ("s" "x") [] x)) (fold l i ${body}))`,
    { limits },
  );
  bench.run('bob');
  bench.run('bob', { results: { 1: LIST } });
  const prev = bench.data('bob');
  return { prev, outcome: bench.run('bob', { results: { 2: JSON.stringify('x'.repeat(20_000)) } }) };
}

const GROWING = '(seq (seq (ap i $s) (canon "bob" $s #s)) (next i))';
const ASKING = '(par (call "bob" ("s" "f") [l]) (next i))';
const KEEPING = '(seq (xor (ap x.$.no y) (ap %last_error% $e)) (next i))';
const COMPARING = '(seq (match x x (null)) (next i))';

describe('a script that multiplies', () => {
  it('honest twin: a fold makes a request for each item, joins the results, and keeps its errors', () => {
    for (const body of [
      '(par (call "bob" ("s" "f") [i x.$.no]) (next i))',
      '(seq (ap i $s) (next i))',
      KEEPING,
      COMPARING,
    ]) {
      expect(fold(body).outcome.retCode, body).toBe(RetCode.success);
    }
    const growing = fold('(seq (seq (ap i $s) (canon "bob" $s #s)) (next i))', {
      composedSize: 2 ** 30,
      dataSizeBytes: 2 ** 30,
      instructions: 2 ** 30,
    });
    expect(growing.outcome.retCode).toBe(RetCode.success);
  });

  it.each<[string, string, Partial<Limits>]>([
    ['canons that grow', GROWING, { instructions: Infinity }],
    ['long arguments, again and again', ASKING, { composedSize: 16 * 1024 * 1024 }],
    ['errors that quote a long value', KEEPING, { composedSize: 16 * 1024 * 1024 }],
    ['requests', '(par (call "bob" ("s" "f") [i]) (next i))', { callRequests: ITEMS - 1 }],
    ['places', '(par (call "carol" ("s" "f") [i]) (next i))', { composedSize: 50 * ITEMS }],
    ['values in streams', '(seq (ap i $s) (next i))', { composedSize: 50 * ITEMS }],
  ])('is refused: %s', (_, body, limits) => {
    const { prev, outcome } = fold(body, limits);
    expectRefused(outcome, RetCode.sizeLimit, { known: prev });
  });

  it.each([
    ['compares', COMPARING],
    ['hashes', ASKING],
  ])('is refused: work that is long because of what it %s', (_, body) => {
    const { prev, outcome } = fold(body, { instructions: 40 * ITEMS, composedSize: 2 ** 30 });
    expectRefused(outcome, RetCode.instructionLimit, { known: prev });
    const short = fold(body.replaceAll(' x', ' i').replace('[l]', '[i]'), { instructions: 40 * ITEMS });
    expect(short.outcome.retCode).toBe(RetCode.success);
  });
});
