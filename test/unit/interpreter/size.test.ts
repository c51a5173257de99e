import { describe, expect, it } from 'vitest';
import { RetCode } from '../../../interpreter/index.ts';
import { Bench } from '../../support/bench.ts';

const numbers = (count: number): string => JSON.stringify(Array.from({ length: count }, (_, i) => i));

/** Depth and size: to the end, in about linear time. */
describe('execute on large programs and data', () => {
  it.each(['seq', 'par', 'xor'])('runs 10 000 nested %s', kind => {
    const script = `${`(${kind} (null) `.repeat(10_000)}(null)${')'.repeat(10_000)}`;
    expect(new Bench(script).run('alice').retCode).toBe(RetCode.success);
    const left = `${`(${kind} `.repeat(10_000)}(null)${' (null))'.repeat(10_000)}`;
    expect(new Bench(left).run('alice').retCode).toBe(RetCode.success);
  });

  it.each([
    ['an array', '(fold l i (seq (null) (next i)))'],
    ['an array, in par', '(fold l i (par (ap i x) (next i)))'],
    ['a stream', '(seq (fold l i (seq (ap i $s) (next i))) (fold $s j (seq (ap j $t) (next j)) (null)))'],
    [
      'a canon',
      '(seq (fold l i (seq (ap i $s) (next i))) (seq (canon "alice" $s #s) (fold #s j (seq (null) (next j)))))',
    ],
    [
      'a map',
      '(seq (fold l i (seq (ap (i i) %m) (next i))) (seq (canon "alice" %m #%m) (fold #%m j (seq (null) (next j)))))',
    ],
  ])('folds 10 000 items of %s', (_, fold) => {
    const bench = new Bench(
      `(seq (call "alice" ("s" "l") [] l) (seq ${fold} (call "alice" ("s" "done") [])))`,
    );
    bench.run('alice');
    const outcome = bench.run('alice', { results: { 1: numbers(10_000) } });
    expect(outcome.errorMessage).toBe('');
    expect(bench.run('bob', { current: outcome.data }).retCode).toBe(RetCode.success);
  });

  it('walks 1 000 generations of a recursive stream', () => {
    const script = `(seq (ap 0 $s) (fold $s i (xor (match i 1000 (null)) (seq (call "alice" ("s" "inc") [i] $s) (next i))) (null)))`;
    const bench = new Bench(script);
    let outcome = bench.run('alice');
    for (let i = 1; i <= 1000; i++) outcome = bench.run('alice', { results: { [i]: String(i) } });
    expect(outcome.retCode).toBe(RetCode.success);
    expect(outcome.callRequests.size).toBe(0);
  });

  it('carries a value of 32 MB', () => {
    const bench = new Bench('(seq (call "alice" ("s" "big") [] big) (call "bob" ("s" "use") [big.$.key]))');
    bench.run('alice');
    const big = `{"filler":"${'x'.repeat(32 * 1024 * 1024 - 100)}","key":7}`;
    bench.run('alice', { results: { 1: big } });
    expect(bench.deliver('alice', 'bob').callRequests.get(1)?.arguments).toEqual([7]);
  });
});
