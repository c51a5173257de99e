import { describe, expect, it } from 'vitest';
import {
  describeOrigin,
  parse,
  planOf,
  predicts,
  staticOrigins,
  type StaticOrigin,
} from '../../../air-grammar/index.ts';
import { extendPattern, matchesPattern } from '../../../air-grammar/origins/getter-pattern.ts';

/** The origins of the arguments of the last call. */
const originsOf = (script: string): string[][] =>
  (staticOrigins(parse(script)).at(-1)?.arguments ?? []).map(({ origins }) => origins.map(describeOrigin));

const seq = (...steps: string[]): string => steps.reduceRight((rest, step) => `(seq ${step} ${rest})`);
const A = '(call "a" ("s" "f") [] x)';
const B = '(call "b" ("s" "g") [] y)';
const end = (args: string): string => `(call "z" ("t" "h") [${args}])`;

describe('staticOrigins', () => {
  it.each([
    ['a literal', seq(A, end('"text" 1 %init_peer_id%')), [["a literal of the script's author"], ["a literal of the script's author"], ["a literal of the script's author"]]],
    ['a result and its parts', seq(A, end('x x.$.k.[2] x.length')), [['the result of `s.f` on peer `a`'], ['`.$.k.[2]` of `s.f` on peer `a`'], ['`.length` of `s.f` on peer `a`']]],
    ['a name for it', seq(A, '(ap x.$.k n)', end('n.$.m')), [['`.$.k.m` of `s.f` on peer `a`']]],
    ['the item of a fold', seq(A, `(fold x i (seq ${end('i.$.k')} (next i)))`), [['`.$.*.k` of `s.f` on peer `a`']]],
    ['elements of a canon', seq(A, B, '(ap x $s)', '(ap y.$.k $s)', '(canon "c" $s #c)', end('#c #c.$.[0]')), [
      ['the result of `s.f` on peer `a`', '`.$.k` of `s.g` on peer `b`'],
      ['the result of `s.f` on peer `a`', '`.$.k` of `s.g` on peer `b`'],
    ]],
    ['how many there are', seq('(ap 1 $s)', '(canon "c" $s #c)', end('#c.length')), [['a value that the script puts together on any peer']]],
    ['values of a map', seq(A, '(ap ("k" x) %m)', '(canon "c" %m #%m)', end('#%m.$.k.[0].v')), [
      ['a value that the script puts together on peer `c`', '`.$.v` of `s.f` on peer `a`'],
    ]],
    ['an error', seq(`(xor ${A} (null))`, end(':error:.$.message')), [['an error of this run']]],
    ['what a script raises itself', `(xor (fail 7 "no") ${end('%last_error%')})`, [['an error of this run']]],
    ['a private stream', seq(A, B, '(ap x $s)', `(new $s (seq (ap y $s) (seq (canon "c" $s #c) ${end('#c')})))`), [['the result of `s.g` on peer `b`']]],
    ['a stream that feeds itself', seq(A, '(ap x $s)', `(fold $s i (seq (seq ${end('i')} (ap i.$.n $s)) (next i)))`), undefined],
    ['a variable peer', seq(A, '(call x.$.peer ("s" "q") [] w)', end('w')), [['the result of `s.q` on the peer in `x`']]],
    ['a name that nothing sets', '(null)', []],
  ])('%s', (_, script, expected) => {
    if (expected !== undefined) return expect(originsOf(script)).toEqual(expected);
    // However often it feeds itself, the list ends.
    expect(originsOf(script)[0]).toContain('`.$.n.n` of `s.f` on peer `a`');
    expect(originsOf(script)[0]?.at(-1)).toContain('.**');
  }); // prettier-ignore

  it('stands for every origin where there are more than 1024', () => {
    const puts = Array.from({ length: 1100 }, (_, i) => `(call "a" ("s" "f${i}") [] $s)`);
    const [[origins] = []] = [
      staticOrigins(parse(seq(...puts, '(canon "c" $s #c)', end('#c'))))
        .at(-1)
        ?.arguments.map(o => o.origins) ?? [],
    ];
    const seen = { kind: 'service', peerId: 'a', serviceId: 's', functionName: 'f1099', getter: '' };
    expect((origins as StaticOrigin[]).some(origin => predicts(origin, seen, 'init'))).toBe(true);
    expect(origins?.length).toBeLessThan(1100);
  });
});

describe('patterns of getters', () => {
  it.each([
    ['', '', true],
    ['', '.$.a', false],
    ['.$.a', '.$.a', true],
    ['.$.a', '.$.a.b', false],
    ['.$.*', '.$.[3]', true],
    ['.$.*', '.$.["a.b"]', true],
    ['.$.*', '.$.a.b', false],
    ['.$.*.id', '.$.[3].id', true],
    ['.$.*.id', '.$.[3].idx', false],
    ['.$.["*"].*', '.$.["*"].k', true],
    ['.$.["*"].*', '.$.x.k', false],
    ['.$.a.**', '.$.a.b.[0]', true],
    ['.$.a.**', '.$.a', true],
    ['.$.a.**', '.$.ab', false],
    ['.$.a+b.*', '.$.aab.x', false],
  ])('%s, %s: %s', (pattern, getter, matches) => {
    expect(matchesPattern(pattern, getter)).toBe(matches);
  });

  it('do not grow without end', () => {
    let pattern = '';
    for (let i = 0; i < 2000; i++)
      pattern = extendPattern(pattern, [i % 2 === 0 ? 'field' : '["quoted.step"]']);
    expect(pattern.length).toBeLessThan(1100);
    expect(pattern.endsWith('.**')).toBe(true);
  });
});

describe('planOf', () => {
  it('says what waits for another branch, and what does not', () => {
    const script = seq(`(par ${A} ${B})`, '(call "c" ("s" "i") [x y] z)', end('z'));
    expect(planOf(parse(script)).map(({ waitsFor }) => waitsFor)).toEqual([[], [], ['x', 'y'], []]);
    const inside = `(par ${seq(A, end('x'))} ${B})`;
    expect(planOf(parse(inside)).map(({ waitsFor }) => waitsFor)).toEqual([[], [], []]);
  });
});
