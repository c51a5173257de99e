import { describe, expect, it } from 'vitest';
import { decodeData, encodeData, RetCode, type Limits, type Outcome } from '../../../interpreter/index.ts';
import { FOLDS_MAX, STATES_MAX, VALUE_SIZE_MAX } from '../../../interpreter/limits.ts';
import { Iterations, siteOf } from '../../../interpreter/provenance/site.ts';
import { EMPTY_DATA } from '../../../interpreter/trace/data.ts';
import { Ledger } from '../../../interpreter/trace/ledger.ts';
import type { State } from '../../../interpreter/trace/state.ts';
import { idOf } from '../../support/cast.ts';
import { Bench } from '../../support/bench.ts';

// Each limit of a run at what the run takes, one above it, and one below, where the code says which limit it was.

interface Case {
  readonly name: keyof Limits;
  readonly script: string;
  /** Answer to the first request, if there is one. */
  readonly answer?: string;
  readonly takes: number;
  readonly code: number;
}

const folds = (count: number): string =>
  Array.from({ length: count }, (_, d) => `(fold l i${d} `).join('') + '(null)' + ')'.repeat(count);
const LISTED = (body: string): string => `(seq (call "alice" ("s" "l") [] l) ${body})`;

const CASES: readonly Case[] = [
  { name: 'airSizeBytes', script: '(null)', takes: 6, code: RetCode.sizeLimit },
  { name: 'airSizeBytes', script: '(fail 1 "é€😀")', takes: 20, code: RetCode.sizeLimit },
  {
    name: 'depth',
    script: '(seq (seq (seq (null) (null)) (null)) (null))',
    takes: 3,
    code: RetCode.depthLimit,
  },
  { name: 'depth', script: '(xor (par (new $s (null)) (null)) (null))', takes: 3, code: RetCode.depthLimit },
  { name: 'folds', script: LISTED(folds(3)), answer: '[1]', takes: 3, code: RetCode.depthLimit },
  {
    name: 'instructions',
    script: '(seq (null) (par (null) (null)))',
    takes: 5,
    code: RetCode.instructionLimit,
  },
  {
    name: 'streamSize',
    script: '(seq (ap 1 $s) (seq (ap 2 $s) (ap 3 $s)))',
    takes: 3,
    code: RetCode.streamSizeLimit,
  },
  {
    name: 'streamSize',
    script: '(seq (ap ("a" 2) %s) (ap ("a" 3) %s))',
    takes: 2,
    code: RetCode.streamSizeLimit,
  },
  {
    name: 'callRequests',
    script: '(par (call "alice" ("s" "f") []) (call "alice" ("s" "g") []))',
    takes: 2,
    code: RetCode.sizeLimit,
  },
  // 64 for a state, and its site: `0`.
  { name: 'composedSize', script: '(call "bob" ("s" "f") [])', takes: 65, code: RetCode.sizeLimit },
  // And the texts of the arguments of a request: `"ab"` and `[]`.
  { name: 'composedSize', script: '(call "alice" ("s" "f") ["ab" []])', takes: 71, code: RetCode.sizeLimit },
];

describe('limits of a run', () => {
  it.each(CASES)('$name: $takes for $script', ({ name, script, answer, takes, code }) => {
    // No names of the cast: the size of the script is as it stands.
    const run = (limit: number): Outcome => {
      const bench = new Bench(script, { limits: { [name]: limit } });
      const first = bench.run('alice');
      return answer === undefined ? first : bench.run('alice', { results: { 1: answer } });
    };
    const isMet = ({ retCode }: Outcome): boolean => retCode !== code;
    expect([takes - 1, takes, takes + 1].map(limit => isMet(run(limit)))).toEqual([false, true, true]);
  });

  it('dataSizeBytes, of what arrives', () => {
    const bench = new Bench('(call "bob" ("s" "f") [])');
    const { data } = bench.run('alice');
    const arriving = (dataSizeBytes: number): number =>
      new Bench('(call "bob" ("s" "f") [])', { limits: { dataSizeBytes } }).run('carol', { current: data })
        .retCode;
    // What bob gives then is as large: at the limit it may be.
    expect(arriving(data.length - 1)).toBe(RetCode.sizeLimit);
    expect(arriving(data.length)).toBe(RetCode.success);
  });
});

describe('bounds of the format', () => {
  it('folds, whatever the limit', () => {
    const run = (count: number): number => {
      const bench = new Bench(LISTED(folds(count)), { limits: { folds: 2 * FOLDS_MAX } });
      bench.run('alice');
      return bench.run('alice', { results: { 1: '[1]' } }).retCode;
    };
    expect([run(FOLDS_MAX - 1), run(FOLDS_MAX), run(FOLDS_MAX + 1)]).toEqual([
      RetCode.success,
      RetCode.success,
      RetCode.depthLimit,
    ]);
  });

  it('states: writing ends at the limit of reading', () => {
    const states = new Map<string, State>();
    const ledger = new Ledger(EMPTY_DATA, EMPTY_DATA, new Map(), idOf('alice'));
    for (let i = 0; i < STATES_MAX; i++) {
      const state: State = { kind: 'requested', site: siteOf(i, Iterations.none), by: idOf('alice') };
      ledger.keep(state);
      states.set(state.site.key, state);
    }
    const more: State = { kind: 'requested', site: siteOf(STATES_MAX, Iterations.none), by: idOf('alice') };
    expect(() => ledger.keep(more)).toThrow(expect.objectContaining({ retCode: RetCode.sizeLimit }) as Error);
    const read = () =>
      decodeData(encodeData({ ...EMPTY_DATA, states }), new Uint8Array(64), 'test').states.size;
    expect(read()).toBe(STATES_MAX);
    states.set(more.site.key, more);
    expect(read).toThrow(expect.objectContaining({ retCode: RetCode.dataMalformed }) as Error);
  });

  it('the texts of all arguments of a call', () => {
    const MIB = 2 ** 20;
    const run = (rest: string): number => {
      const many = 'x '.repeat(VALUE_SIZE_MAX / MIB);
      const bench = new Bench(`(seq (call "alice" ("s" "x") [] x) (call "bob" ("s" "f") [${many}${rest}]))`);
      bench.run('alice');
      return bench.run('alice', { results: { 1: JSON.stringify('x'.repeat(MIB - 2)) } }).retCode;
    };
    expect([run(''), run('1')]).toEqual([RetCode.success, RetCode.sizeLimit]);
  });

  it.each([
    ['a canon', '(seq (ap x $s) (canon "alice" $s #s))', '(call "alice" ("s" "f") [#s])', 126],
    ['a pair', '(ap ("k" x) %m)', '(null)', 126],
    ['a map', '(seq (ap ("k" x) %m) (canon "alice" %m #%m))', '(call "alice" ("s" "f") [#%m])', 125],
    ['a map as an object', '(seq (ap ("k" x) %m) (canon "alice" %m y))', '(null)', 126],
  ])('nesting of what a script puts together: %s', (_, make, use, deepest) => {
    const run = (depth: number): number => {
      const bench = new Bench(`(seq (call "alice" ("s" "x") [] x) (seq ${make} ${use}))`);
      bench.run('alice');
      return bench.run('alice', { results: { 1: '['.repeat(depth) + ']'.repeat(depth) } }).retCode;
    };
    expect([run(deepest - 1), run(deepest), run(deepest + 1)]).toEqual([
      RetCode.success,
      RetCode.success,
      RetCode.depthLimit,
    ]);
  });
});
