import { describe, expect, it } from 'vitest';
import { RetCode, type Outcome } from '../../../interpreter/index.ts';
import { Bench } from '../../support/bench.ts';

// Wherever a script takes a number: fractions, floats without one, negative numbers, and integers beyond what an index can be.

/** A run of `body` after alice has answered `x` and `list`. */
function after(x: string, list: string, body: string): Outcome {
  const bench = new Bench(
    `(seq (seq (call "alice" ("s" "x") [] x) (call "alice" ("s" "l") [] list)) ${body})`,
  );
  bench.run('alice');
  bench.run('alice', { results: { 1: x } });
  return bench.run('alice', { results: { 2: list } });
}

const ODD = [
  '1.5',
  '0.5',
  '1.0',
  '-1',
  '-0.0',
  '4294967296',
  '18446744073709551615',
  '1e300',
  'true',
  'null',
  '[0]',
];
const LIST = '["a","b","c"]';
const CANON =
  '(seq (fold list i (seq (ap i $s) (next i))) (seq (canon "alice" $s #s) (call "alice" ("s" "f") [#s.$.[x]])))';

describe('an index', () => {
  it('honest twin: is a whole number', () => {
    for (const [x, element] of [
      ['0', 'a'],
      ['1', 'b'],
      ['2', 'c'],
    ] as const) {
      for (const body of ['(call "alice" ("s" "f") [list.$.[x]])', CANON])
        expect([...after(x, LIST, body).callRequests.values()].at(-1)?.arguments).toEqual([element]);
    }
  });

  it.each(['3', '4294967295', ...ODD])('is not %s', x => {
    for (const body of ['(call "alice" ("s" "f") [list.$.[x]])', CANON]) {
      const outcome = after(x, LIST, body);
      expect(outcome.retCode).toBe(RetCode.lensError);
      expect(outcome.callRequests.size).toBe(0);
    }
  });
});

describe('a key of a map', () => {
  const PUT = '(seq (ap (x "v") %m) (seq (canon "alice" %m #%m) (call "alice" ("s" "f") [#%m.$.[x].[0]])))';

  it.each(['0', '-1', '9007199254740993', '18446744073709551615', '"1.5"'])('honest twin: %s', x => {
    expect(after(x, LIST, PUT).callRequests.get(3)?.arguments).toEqual(['v']);
  });

  it.each(['1.5', '1.0', '-0.0', '1e300', 'true', 'null', '[0]'])('is not %s', x => {
    expect(after(x, LIST, PUT).retCode).toBe(RetCode.mapKeyUnsupported);
    const read =
      '(seq (ap (1 "v") %m) (seq (canon "alice" %m #%m) (call "alice" ("s" "f") [#%m.$.[x].[0]])))';
    expect(after(x, LIST, read).retCode).toBe(RetCode.lensError);
  });
});

describe('match', () => {
  it.each([
    ['1.5', '1.5'],
    ['-0.25', '-0.25'],
    ['1.0', '1.0'],
    ['1.0', '1e0'],
    ['0.0', '-0.0'],
    ['7', '7'],
    ['9223372036854775807', '9223372036854775807'],
  ])('the literal %s with the equal answer %s', (literal, x) => {
    expect(after(x, LIST, `(match ${literal} x (call "alice" ("s" "f") []))`).callRequests.size).toBe(1);
    expect(after(x, LIST, `(mismatch x ${literal} (null))`).retCode).toBe(RetCode.mismatchValuesEqual);
  });

  it.each([
    ['1.5', '1.25'],
    ['1.0', '2.0'],
    ['1.0', '1'],
    ['1', '1.0'],
    ['7', '7.5'],
    ['9223372036854775807', '9223372036854775806'],
  ])('not the literal %s with %s', (literal, x) => {
    expect(after(x, LIST, `(match ${literal} x (null))`).retCode).toBe(RetCode.matchValuesNotEqual);
  });
});

describe('an error code', () => {
  it.each(['1', '-1', '9007199254740993'])('honest twin: %s', code => {
    expect(after(`{"error_code":${code},"message":"m"}`, LIST, '(fail x)').retCode).toBe(RetCode.userError);
  });

  it.each(['1.5', '1.0', '0', '-0.0', '"1"', 'null'])('is not %s', code => {
    expect(after(`{"error_code":${code},"message":"m"}`, LIST, '(fail x)').retCode).toBe(
      RetCode.invalidErrorObject,
    );
  });
});

describe('next of an outer fold inside an inner one', () => {
  // Both items of the inner fold lead to item 1 of the outer one: two executions of one instruction, and two places.
  const AGAIN = `(fold list i (xor (match i 0 (fold list j (par (next i) (next j)))) (call "alice" ("s" "f") [i] $r)))`;

  it('gives each way to an iteration a site of its own', () => {
    const bench = new Bench(`(seq (call "alice" ("s" "l") [] list) ${AGAIN})`);
    bench.run('alice');
    const { callRequests } = bench.run('alice', { results: { 1: '[0,1]' } });
    const sites = [...callRequests.values()].map(({ site }) => site);
    expect(sites).toHaveLength(2);
    expect(new Set(sites).size).toBe(2);
    const answers = Object.fromEntries([...callRequests.keys()].map(id => [id, String(id)]));
    const outcome = bench.run('alice', { results: answers });
    expect(outcome.retCode).toBe(RetCode.success);
    expect(bench.run('bob', { current: outcome.data }).retCode).toBe(RetCode.success);
  });
});
