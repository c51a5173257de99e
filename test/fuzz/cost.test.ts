import { describe, expect, it } from 'vitest';
import { RetCode } from '../../interpreter/index.ts';
import { Bench } from '../support/bench.ts';

// What one run can cost: the worst scripts known, as large as their author likes, under the default limits. Measured in time of the
// processor, which other processes do not lengthen; an ordinary core takes a second at most (docs/performance.md).
const CPU_MS_MAX = 5000;
const ITEMS = 1000;
const LIST = JSON.stringify(Array.from({ length: ITEMS }, (_, i) => i));

/** Values of some 16 kB each: many items, many members whose keys are not in order, a text, a text of escapes. */
const LARGE = JSON.stringify({
  n: Array.from({ length: ITEMS }, (_, i) => i),
  items: Array(8192).fill(1),
  same: Array(8192).fill(1),
  members: Object.fromEntries(Array.from({ length: 1024 }, (_, i) => [`k${(i * 7919) % 1024}`, i])),
  text: 'x'.repeat(16_384),
  escapes: '\u0001'.repeat(4096),
});

const twice = (body: string): string => `(fold l i (seq (fold l j (seq ${body} (next j))) (next i)))`;
const thrice = (body: string): string => `(fold l h (seq ${twice(body)} (next h)))`;
/** In branches: what waits ends nothing. */
const inBranches = (body: string): string => `(fold l i (par (fold l j (par ${body} (next j))) (next i)))`;
const fill = (put: string, then: string): string => `(seq (fold l i (seq ${put} (next i))) ${then})`;
const nested = (depth: number, body: string): string => {
  const open = Array.from({ length: depth }, (_, d) => `(fold l i${d} (seq `).join('');
  const close = Array.from({ length: depth }, (_, d) => ` (next i${depth - 1 - d})))`).join('');
  return `${open}${body}${close}`;
};

const SCRIPTS: Readonly<Record<string, string>> = {
  nothing: thrice('(null)'),
  assignments: thrice('(ap j x)'),
  errors: thrice('(xor (fail 1 "e") (null))'),
  scopes: thrice('(new $t (ap j $t))'),
  'values in streams': thrice('(ap j $s)'),
  pairs: twice('(ap (j j) %m)'),
  'pairs of large values': twice('(ap (j r.$.items) %m)'),
  'pairs with large keys': twice('(ap (r.$.escapes j) %m)'),
  'calls of others': inBranches('(call "bob" ("s" "f") [i j])'),
  'calls of its own': inBranches('(call "alice" ("s" "f") [i j])'),
  'calls with long names': inBranches(`(call "alice" ("${'s'.repeat(60_000)}" "f") [])`),
  'calls with many arguments': inBranches(`(call "alice" ("s" "f") [${'j '.repeat(100)}])`),
  'calls with large arguments': inBranches('(call "alice" ("s" "f") [r.$.items r.$.members])'),
  'canons of nothing': twice('(canon "alice" $s #c)'),
  canons: fill('(ap i $s)', twice('(canon "alice" $s #c)')),
  'canons of many generations': fill('(seq (ap i $s) (fold $s z (null)))', twice('(canon "alice" $s #c)')),
  'canons of maps': fill('(ap (i i) %m)', twice('(new x (canon "alice" %m x))')),
  'canons in pairs': fill('(ap i $s)', `(seq (canon "alice" $s #c) ${twice('(ap (j #c) %m)')})`),
  'folds over streams': fill('(ap i $s)', twice('(fold $s k (seq (null) (next k)))')),
  'folds over maps': fill('(ap (i i) %m)', `(seq (canon "alice" %m #%m) ${twice('(fold #%m k (null))')})`),
  'values of one key': fill('(ap ("k" i) %m)', `(seq (canon "alice" %m #%m) ${twice('(ap #%m.$.k x)')})`),
  'comparisons of items': twice('(match r.$.items r.$.same (null))'),
  'errors that quote members': twice('(xor (ap r.$.members.a x) (null))'),
  'errors that are kept': twice('(seq (xor (ap r.$.members.a x) (ap %last_error% $e)) (null))'),
  'a stream that feeds itself': '(seq (ap 0 $s) (fold $s k (seq (ap k $s) (next k))))',
  'a stream that feeds itself twice': '(seq (ap 0 $s) (fold $s k (seq (seq (ap k $s) (ap k $s)) (next k))))',
  'a stream that feeds itself and calls':
    '(seq (ap 0 $s) (fold $s k (par (seq (ap k $s) (call "bob" ("s" "f") [k])) (next k))))',
  'a stream of growing values':
    '(seq (ap r.$.n $s) (fold $s k (seq (seq (seq (ap k $t) (canon "alice" $t #t)) (ap #t $s)) (next k))))',
  'scopes of other iterations': '(fold r.$.items i (seq (ap i $s) (new $s (next i))))',
  'folds inside each other': nested(900, '(ap i0 $s)'),
  'folds inside each other that go on from inside': `(fold l a (fold l b ${nested(300, '(null)').replace('(null)', '(seq (next b) (next a))')}))`,
};

/** Whatever ends a run that asks for too much, or the run itself if it is none. */
const ENDS: readonly number[] = [
  RetCode.success,
  RetCode.sizeLimit,
  RetCode.streamSizeLimit,
  RetCode.depthLimit,
  RetCode.instructionLimit,
  RetCode.multipleIterableValues,
];

describe('one run under the default limits costs about a second at most', () => {
  it.each(Object.entries(SCRIPTS))('%s', (_, body) => {
    const bench = new Bench(
      `(seq (seq (call "alice" ("s" "l") [] l) (call "alice" ("s" "r") [] r)) ${body})`,
    );
    bench.run('alice');
    bench.run('alice', { results: { 1: LIST } });
    const start = process.cpuUsage();
    const { retCode } = bench.run('alice', { results: { 2: LARGE } });
    const { user, system } = process.cpuUsage(start);
    expect(ENDS).toContain(retCode);
    expect((user + system) / 1000).toBeLessThan(CPU_MS_MAX);
  });
});
