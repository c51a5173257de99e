import { describe, expect, it } from 'vitest';
import { parseUnchecked, undefinedVariables, validate } from '../../../../air-grammar/index.ts';

/** `rule at column: message`, for each finding of scripts that stand on one line. */
const findings = (text: string): string[] =>
  validate(parseUnchecked(text)).map(({ rule, span, message }) => `${rule} at ${span.start}: ${message}`);

type Rows = readonly (readonly [script: string, findings: readonly string[]])[];
const table = (rows: Rows): void => {
  it.each(rows)('%s', (script, expected) => expect(findings(script)).toEqual(expected));
};

describe('V1: a name is defined before it is read', () => {
  const undefinedAt = (at: number, name: string): string => `V1 at ${at}: variable '${name}' wasn't defined`;
  table([
    ['(par (ap 1 x) (ap x y))', []],
    ['(par (ap x y) (ap 1 x))', [undefinedAt(5, 'x')]],
    ['(ap x x)', [undefinedAt(0, 'x')]],
    ['(fold i i (next i))', [undefinedAt(0, 'i')]],
    ['(seq (fold [] i (null)) (ap i y))', []],
    ['(seq (new x (null)) (ap x y))', []],
    // Only the first read that was pending counts.
    ['(match x 1 (fold [] x (ap x y)))', []],
    ['(match x 1 (new x (ap x y)))', []],
    ['(seq (ap x y) (ap x z))', [undefinedAt(5, 'x')]],
    // Where names are read.
    [
      '(call a (b c) [d.$.[e] f.length])',
      'abcdef'
        .split('')
        .map(name => undefinedAt(0, name))
        .toSorted(),
    ],
    ['(call #aa.$.[b] (#%cc.$.[d] "f") [])', ['#aa', 'b', '#%cc', 'd'].map(name => undefinedAt(0, name))],
    ['(ap v.$.[k] x)', [undefinedAt(0, 'v'), undefinedAt(0, 'k')]],
    ['(ap (k.$.[j] unknown) %m)', [undefinedAt(0, 'k'), undefinedAt(0, 'j')]],
    ['(match a b (null))', [undefinedAt(0, 'a'), undefinedAt(0, 'b')]],
    ['(mismatch #a #%b (null))', [undefinedAt(0, '#a'), undefinedAt(0, '#%b')]],
    ['(fold a.$.[b] i (null))', [undefinedAt(0, 'a'), undefinedAt(0, 'b')]],
    ['(fold #a i (null))', [undefinedAt(0, '#a')]],
    ['(fold $s i (null))', [undefinedAt(0, '$s')]],
    ['(fold %m i (null))', [undefinedAt(0, '%m')]],
    ['(fold #%mm.$.[k] i (null))', [undefinedAt(0, '#%mm'), undefinedAt(0, 'k')]],
    // Where they are not.
    ['(canon unknown $s #c)', []],
    ['(fail unknown.$.[k])', []],
    ['(seq (ap %last_error%.$.[k] x) (ap :error:.$.[k] y))', []],
    // What defines.
    ['(seq (call "p" ("s" "f") [] x) (ap x y))', []],
    ['(seq (call "p" ("s" "f") [] $s) (fold $s i (null)))', []],
    ['(seq (ap 1 $s) (fold $s i (null)))', []],
    ['(seq (ap (1 1) %m) (fold %m i (null)))', []],
    ['(seq (canon "p" $s #c) (ap #c x))', []],
    ['(seq (canon "p" %m #%c) (fold #%c i (null)))', []],
    ['(seq (canon "p" %m c) (ap c x))', []],
    ['(fold [] i (ap i x))', []],
    ['(new $s (fold $s i (null)))', []],
    // Name spaces are apart.
    ['(seq (ap 1 $x) (ap x y))', [undefinedAt(15, 'x')]],
    ['(seq (canon "p" $s #c) (ap #$c x))', [undefinedAt(23, '#$c')]],
  ]);

  it('undefinedVariables returns names and places', () => {
    expect(undefinedVariables(parseUnchecked('(seq (ap a x) (ap b.$.[a] y))'))).toEqual([
      { name: 'a', span: { start: 5, end: 13 } },
      { name: 'b', span: { start: 14, end: 28 } },
    ]);
  });
});

describe('V2: the first next of an iterator stands in a fold over it', () => {
  const outside = (at: number, name: string): string => `V2 at ${at}: iterable '${name}' wasn't defined`;
  table([
    ['(next i)', [outside(0, 'i')]],
    ['(fold [] i (next j))', [outside(11, 'j')]],
    ['(seq (next i) (fold [] i (next i)))', [outside(5, 'i')]],
    ['(seq (fold [] i (next i)) (next i))', []],
    ['(seq (next j) (next i))', [outside(5, 'j'), outside(14, 'i')]],
    ['(seq (fold [] i (null)) (next i))', [outside(24, 'i')]],
  ]);
});

describe('V3: a fold has one next', () => {
  const second = (at: number, name: string): string =>
    `V3 at ${at}: multiple next instructions for iterator '${name}' found for one fold, that is prohibited`;
  table([
    ['(fold [] i (par (next i) (next i)))', [second(25, 'i')]],
    ['(fold [] i (xor (next i) (next i)))', [second(25, 'i')]],
    ['(fold [] i (next i) (next i))', [second(20, 'i')]],
    ['(seq (fold [] i (next i)) (fold [] i (next i)))', []],
    ['(fold [] i (fold [] j (seq (next i) (next j))))', []],
    ['(fold [] i (par (next i) (par (next i) (next i))))', [second(30, 'i'), second(39, 'i')]],
  ]);
});

describe('V4: new is not applied to the iterator of a fold around it', () => {
  const onIterator = (at: number, name: string): string =>
    `V4 at ${at}: new can't be applied to a '${name}' because it's an iterator`;
  table([
    ['(fold [] i (new i (null)))', [onIterator(11, 'i')]],
    ['(fold [] i (fold [] j (new i (new j (null)))))', [onIterator(22, 'i'), onIterator(29, 'j')]],
    ['(new i (fold [] i (next i)))', []],
    ['(seq (fold [] i (next i)) (new i (null)))', []],
    ['(fold [] i (new $i (next i)))', []],
    ['(fold [] i (null) (new i (null)))', [onIterator(18, 'i')]],
  ]);
});

describe('V5: no fold stands in another one over the same iterator', () => {
  const again = (at: number, name: string): string =>
    `V5 at ${at}: multiple iterable values found for iterator name '${name}'`;
  table([
    ['(fold [] i (fold [] i (next i)))', [again(11, 'i')]],
    ['(fold [] i (fold [] j (fold [] i (null))))', [again(22, 'i')]],
    ['(fold [] i (seq (fold [] i (null)) (fold [] i (null))))', [again(16, 'i'), again(35, 'i')]],
    ['(fold [] i (null) (fold [] i (null)))', [again(18, 'i')]],
    ['(seq (fold [] i (next i)) (fold [] i (next i)))', []],
  ]);
});

describe('V6: nothing fails with zero', () => {
  table([
    ['(fail 0 "m")', ['V6 at 0: error code 0 with fail is unsupported']],
    ['(fail -0 "m")', ['V6 at 0: error code 0 with fail is unsupported']],
    ['(fail -1 "m")', []],
  ]);
});

describe('V7: nothing follows next in a fold over a stream or stream map', () => {
  const after = (at: number): string => `V7 at ${at}: fold can not have instructions after next`;
  const inFold = (body: string, iterable = '$s'): string => `(new ${iterable} (fold ${iterable} i ${body}))`;
  table([
    [inFold('(seq (next i) (null))'), [after(19)]],
    [inFold('(seq (next i) (null))', '%m'), [after(19)]],
    [inFold('(par (next i) (null))'), [after(19)]],
    [inFold('(seq (xor (next i) (null)) (null))'), [after(19)]],
    [inFold('(seq (match 1 1 (new x (next i))) (null))'), [after(19)]],
    [inFold('(seq (fold $s j (next i)) (null))'), [after(19)]],
    [inFold('(fold $s j (seq (next j) (next i)))'), [after(30)]],
    [inFold('(seq (null) (next i))'), []],
    [inFold('(xor (next i) (null))'), []],
    [inFold('(par (null) (seq (null) (next i)))'), []],
    [inFold('(fold $s j (seq (null) (next i)))'), []],
    // The last instruction is not looked at.
    [inFold('(null) (next i)'), []],
    // A fold over an array is free to go on after next, and hides what is in it.
    ['(fold [] i (seq (next i) (null)))', []],
    [inFold('(seq (fold [] j (next i)) (null))'), []],
    // Suspicions are kept by name, whatever fold they come from.
    ['(seq (fold [] i (seq (next i) (null))) (new $s (fold $s i (next i))))', [after(16)]],
    ['(seq (new $s (fold $s i (next i))) (fold [] i (seq (next i) (null))))', []],
    [
      '(seq (fold [] i (seq (next i) (null))) (new $s (seq (fold $s i (null)) (fold $s i (null)))))',
      [after(16), after(16)],
    ],
    [
      '(seq (fold [] i (seq (next i) (null))) (new $s (seq (fold $s i (next i)) (fold $s i (null)))))',
      [after(16)],
    ],
    // An xor of two tails switches the rule off; what was found stays found.
    [`(fold [] a (fold [] b (seq (xor (next a) (next b)) ${inFold('(seq (next i) (null))')})))`, []],
    [`(fold [] a (fold [] b (seq ${inFold('(seq (next i) (null))')} (xor (next a) (next b)))))`, [after(46)]],
  ]);
});
