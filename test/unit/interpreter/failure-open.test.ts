import { describe, expect, it } from 'vitest';
import { RetCode } from '../../../interpreter/index.ts';
import { Bench } from '../../support/bench.ts';

/** `isFailureOpen` of the init peer's run of a script. */
const openOf = (script: string): boolean | undefined => {
  const { retCode, isFailureOpen } = new Bench(script).run('alice');
  expect(retCode).toBe(RetCode.success);
  return isFailureOpen;
};
const WAITS = '(call "bob" ("s" "f") [] x)';
const FAILS = '(match 1 2 (null))';

describe('a branch that fails beside one that waits', () => {
  it.each([
    ['on the right', `(par ${WAITS} ${FAILS})`],
    ['on the left', `(par ${FAILS} ${WAITS})`],
    ['further inside', `(par ${WAITS} (seq (null) ${FAILS}))`],
  ])('%s: is an open failure', (_, script) => expect(openOf(script)).toBe(true));

  it.each([
    ['nothing fails, and both wait', `(par ${WAITS} ${WAITS.replace('x', 'y')})`],
    ['nothing fails, and nothing waits', '(par (null) (null))'],
    ['nothing fails, and one waits', `(par ${WAITS} (null))`],
    ['one fails, and the other is done', `(par (null) ${FAILS})`],
    ['the failure is caught', `(par ${WAITS} (xor ${FAILS} (null)))`],
  ])('%s: no open failure', (_, script) => expect(openOf(script)).toBeUndefined());

  it('both fail: the run fails', () =>
    expect(new Bench(`(par ${FAILS} ${FAILS})`).run('alice').retCode).toBe(RetCode.matchValuesNotEqual));
});
