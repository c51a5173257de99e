import { describe, expect, it } from 'vitest';
import { RetCode, type Limits, type Outcome } from '../../interpreter/index.ts';
import { Bench } from '../support/bench.ts';
import { bytesOf, writeWire, type Wire } from './wire.ts';

// A few bytes, or a few lines, that would take very much memory or time: each ends at a limit with a name, and soon.

const EMPTY: Wire = { version: 2, lastRequestId: 0, peers: [], states: [], logs: [], values: [] };
const MB = 2 ** 20;

/** What alice says to it. */
function arriving(wire: Partial<Wire>): Outcome {
  return new Bench('(null)').run('alice', { current: writeWire({ ...EMPTY, ...wire }) });
}

const put = (instruction: number): Wire['states'][number] => ({
  kind: 2,
  site: { instruction, steps: [] },
  rest: [0],
});

describe('as data', () => {
  it('more states than a set of data may have', () => {
    const states = Array.from({ length: 500_001 }, (_, i) => put(i));
    expect(arriving({ states })).toMatchObject({ retCode: RetCode.dataMalformed });
  });

  it('values that no record names', () => {
    const values = (count: number) =>
      Array.from({ length: count }, (_, i) => Uint8Array.of(i, i >> 8, i >> 16));
    expect(arriving({ values: values(1000) })).toMatchObject({ retCode: RetCode.valueMismatch });
    expect(arriving({ values: values(200_000) })).toMatchObject({
      retCode: RetCode.valueMismatch,
      errorMessage: expect.stringContaining('most are named by no record') as string,
    });
  });

  it('pending states of calls that never run', () => {
    const hash = bytesOf('00'.repeat(32));
    const states = Array.from({ length: 10_000 }, (_, i) => ({
      kind: 1,
      site: { instruction: i, steps: [] },
      rest: [0, 0xffff_ffff, hash],
    }));
    const { retCode, data } = arriving({ peers: ['x'], states });
    expect({ retCode, size: data.length }).toEqual({ retCode: RetCode.success, size: 7 });
  });
});

/** A run of `body` after a result of alice's, which is `l`. */
function after(result: string, body: string, limits: Partial<Limits> = {}): Outcome {
  const bench = new Bench(`(seq (call "alice" ("s" "l") [] l) ${body})`, { limits });
  bench.run('alice');
  return bench.run('alice', { results: { 1: result } });
}

const numbers = (count: number): string => JSON.stringify(Array.from({ length: count }, (_, i) => i));
const large = (count: number): string =>
  `{"n":${numbers(count)},"big":[${'1,'.repeat(MB / 4)}1],"same":[${'1,'.repeat(MB / 4)}1]}`;

describe('as scripts', () => {
  it('folds inside each other that ask for very much', () => {
    const outcome = after(
      numbers(1000),
      '(fold l i (par (fold l j (par (call "bob" ("s" "f") []) (next j))) (next i)))',
      { instructions: Infinity },
    );
    expect(outcome).toMatchObject({ retCode: RetCode.sizeLimit, callRequests: new Map() });
  });

  it('a large argument for very many calls: hosts get copies', () => {
    const body = '(fold l.$.n i (par (call "alice" ("s" "f") [l.$.big]) (next i)))';
    const outcome = after(large(2000), body, { instructions: Infinity });
    expect(outcome).toMatchObject({ retCode: RetCode.sizeLimit, callRequests: new Map() });
  });

  // Few instructions, each of which goes through much.
  const work: readonly [what: string, result: string, body: string][] = [
    [
      'a canon, again and again',
      numbers(500),
      '(seq (fold l i (seq (ap i $s) (next i))) (fold l j (seq (canon "alice" $s #c) (next j))))',
    ],
    [
      'a stream inside a fold',
      numbers(2000),
      '(seq (fold l i (seq (ap i $s) (next i))) (fold l j (seq (fold $s k (null)) (next j))))',
    ],
    ['a large argument', large(500), '(fold l.$.n i (par (call "bob" ("s" "f") [l.$.big]) (next i)))'],
    ['a large comparison', large(500), '(fold l.$.n i (seq (match l.$.big l.$.same (null)) (next i)))'],
    ['a large error', large(500), '(fold l.$.n i (seq (xor (ap l.$.big.a x) (null)) (next i)))'],
    ['a large key of a map', large(500), '(fold l.$.n i (seq (ap (i l.$.big) %m) (next i)))'],
  ];
  it.each(work)('%s counts as what it is', (_, result, body) => {
    expect(after(result, body, { instructions: 20_000 }).retCode).toBe(RetCode.instructionLimit);
  });
});
