import { describe, expect, it } from 'vitest';
import { RetCode } from '../../interpreter/index.ts';
import { Bench } from '../support/bench.ts';
import { Forgery } from '../support/forge.ts';
import { expectRefused, requestsOf } from '../support/refused.ts';

// Goal:    two results change places, so that bob bets on the wrong one.
// Means:   a carrier, or mallory who made them, moves records between sites; the calls may be equal in all but the place.
// Refused: a carrier by verifyLogSignature; mallory by mergeLogs, where her first story is known, or by checkRecord.
const SCRIPT = `(seq (call "mallory" ("dice" "roll") ARGS_1 first)
  (seq (call "mallory" ("dice" FN_2) ARGS_2 second) (call "bob" ("s" "bet") [first second])))`;

function rolled(args1 = '[]', args2 = '[]', fn2 = '"roll"'): { bench: Bench; forgery: Forgery } {
  const bench = new Bench(SCRIPT.replace('ARGS_1', args1).replace('ARGS_2', args2).replace('FN_2', fn2));
  bench.run('mallory');
  bench.run('mallory', { results: { 1: '1' } });
  bench.run('mallory', { results: { 2: '6' } });
  return { bench, forgery: new Forgery(bench, bench.data('mallory')) };
}

/** Both records at each other's site, signed by `by`. */
function swap(forgery: Forgery, by: string): Uint8Array {
  const [first, second] = [forgery.record('mallory', 0), forgery.record('mallory', 1)];
  const swapped = [
    { ...first, site: second.site },
    { ...second, site: first.site },
  ];
  return forgery.sign('mallory', swapped, by).bytes;
}

describe('results change places', () => {
  it('honest twin: each result stands where it was made', () => {
    const { bench, forgery } = rolled();
    expect(requestsOf(bench.run('bob', { current: forgery.bytes }))).toEqual([['bet', [1, 6]]]);
  });

  it('is refused when a carrier swaps the sites of two equal calls', () => {
    const { bench, forgery } = rolled();
    expectRefused(bench.run('bob', { current: swap(forgery, 'carol') }), RetCode.signatureMismatch);
  });

  it('is refused when a carrier swaps the records as they are', () => {
    const { bench, forgery } = rolled();
    forgery.editLog('mallory', ({ records }) => ({ records: records.toReversed() }));
    const outcome = bench.run('bob', { current: forgery.bytes });
    expectRefused(outcome, RetCode.signatureMismatch);
  });

  it('shows as two histories when mallory swaps her own, after bob has seen the first', () => {
    const { bench, forgery } = rolled();
    bench.run('bob', { current: forgery.bytes });
    const known = bench.data('bob');
    expectRefused(bench.run('bob', { current: swap(forgery, 'mallory') }), RetCode.equivocation, { known });
  });

  it.each([
    ['arguments', rolled('[1]', '[2]'), 'call argument_hash'],
    ['functions', rolled('[]', '[]', '"throw"'), 'call tetraplet'],
  ])('is refused when mallory swaps results of calls with other %s', (_, { bench, forgery }, text) => {
    const outcome = bench.run('bob', { current: swap(forgery, 'mallory') });
    expectRefused(outcome, RetCode.parametersMismatch, { text });
  });
});
