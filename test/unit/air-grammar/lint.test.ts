import { describe, expect, it } from 'vitest';
import { lint, LINT_RULES, parse, type LintCode } from '../../../air-grammar/index.ts';
import { GROWTH_MAX, leastGrowth } from '../../support/growth.ts';

const call = (peer: string, functionName: string, args = '', output = ''): string =>
  `(call ${peer} ("s" "${functionName}") [${args}] ${output})`;
const HOME = '%init_peer_id%';
const seq = (...steps: string[]): string => steps.reduceRight((rest, step) => `(seq ${step} ${rest})`);

/** For each rule: a script that it finds something in, where, and a twin that is fine. */
const CASES: readonly [code: LintCode, script: string, at: string, twin: string][] = [
  ['unused-variable', call(HOME, 'f', '', 'x'), call(HOME, 'f', '', 'x'), seq(call(HOME, 'f', '', 'x'), call(HOME, 'g', 'x'))],
  ['unused-variable', '(ap 1 $s)', '(ap 1 $s)', seq('(ap 1 $s)', '(fold $s i (next i))')],
  // A name inside of a lens is read, too.
  ['unused-variable', '(ap 1 x)', '(ap 1 x)', seq(call(HOME, 'f', '', 'x'), call(HOME, 'g', '', 'i'), call(HOME, 'h', 'x.$.[i]'))],
  // Variables of two scopes are two variables.
  ['unused-variable', seq('(ap 1 x)', '(new x (seq (ap 2 x) (call %init_peer_id% ("s" "f") [x])))'), '(ap 1 x)', '(new x (seq (ap 2 x) (call %init_peer_id% ("s" "f") [x])))'],
  ['dead-branch', '(match 1 2 (null))', '(null)', '(match 1 1 (null))'],
  ['dead-branch', '(mismatch "a" "a" (null))', '(null)', '(mismatch "a" "b" (null))'],
  ['dead-branch', '(match true false (null))', '(null)', '(match true true (null))'],
  ['dead-branch', seq('(fail 1 "no")', '(null)'), '(null)', seq('(null)', '(fail 1 "no")')],
  ['dead-branch', seq('(never)', '(null)'), '(null)', seq('(null)', '(never)')],
  ['dead-branch', '(xor (null) (fail :error:))', '(fail :error:)', `(xor ${call(HOME, 'f')} (fail :error:))`],
  ['dropped-check', seq(call(HOME, 'get_status_or_fail'), call(HOME, 'post')), call(HOME, 'get_status_or_fail'), seq(call(HOME, 'get_status_or_fail', '', 'x'), call(HOME, 'post', 'x'))],
  ['dropped-check', seq(call(HOME, 'isAdmin'), call(HOME, 'post')), call(HOME, 'isAdmin'), seq(call(HOME, 'issue'), call(HOME, 'post'))],
  ['lost-error', `(xor ${call(HOME, 'f')} (null))`, '(null)', `(xor ${call(HOME, 'f')} ${call(HOME, 'report', ':error:')})`],
  ['lost-error', `(xor ${call(HOME, 'f')} ${call(HOME, 'g')})`, call(HOME, 'g'), '(xor (match 1 1 (null)) (null))'],
  ['no-return', call('"bob"', 'f'), call('"bob"', 'f'), seq(call('"bob"', 'f'), call(HOME, 'g'))],
  ['unjoined-race', seq(`(par ${call(HOME, 'f', '', 'x')} (call %init_peer_id% ("peer" "timeout") [100 "late"]))`, call(HOME, 'g')), `(par ${call(HOME, 'f', '', 'x')} (call %init_peer_id% ("peer" "timeout") [100 "late"]))`, seq(`(par ${call(HOME, 'f', '', 'x')} (call %init_peer_id% ("peer" "timeout") [100 "late"]))`, call(HOME, 'g', 'x'))],
]; // prettier-ignore

const found = (script: string, code: LintCode): string[] =>
  lint(parse(script))
    .filter(finding => finding.code === code)
    .map(({ span }) => script.slice(span.start, span.end));

describe('lint', () => {
  it.each(CASES)('%s: %s', (code, script, at, twin) => {
    expect(found(script, code)).toEqual([at]);
    expect(found(twin, code)).toEqual([]);
  });

  it('every rule has a case', () => {
    expect(new Set(CASES.map(([code]) => code))).toEqual(new Set(Object.keys(LINT_RULES)));
  });

  it.each([
    '; beryl-ignore unused-variable',
    ';; beryl-ignore',
    '; beryl-ignore dead-branch, unused-variable',
  ])('a comment silences: %s', comment => {
    expect(found(`(ap 1 x) ${comment}`, 'unused-variable')).toEqual([]);
    expect(found(`${comment}\n(ap 1 x)`, 'unused-variable')).toEqual([]);
    expect(found(`${comment}\n\n(ap 1 x)`, 'unused-variable')).toHaveLength(1);
  });

  it.each(['; beryl-ignore dead-branch', '; beryl-ignored', '; beryl ignore'])(
    'another comment does not: %s',
    comment => {
      expect(found(`(ap 1 x) ${comment}`, 'unused-variable')).toHaveLength(1);
    },
  );

  it('takes time in proportion to the script', () => {
    const long = (calls: number): string =>
      `${'(seq '.repeat(calls)}(null)${Array.from({ length: calls }, (_, i) => ` ${call(HOME, 'get_x', '', `x${i}`)})`).join('')}`;
    const [small, large] = [parse(long(1000)), parse(long(8000))];
    expect(
      leastGrowth(
        () => lint(small),
        () => lint(large),
      ),
    ).toBeLessThan(GROWTH_MAX);
  });
});
