import { describe, expect, it } from 'vitest';
import { ADMIN, AUTH, DENIED, denial, launder, post, seq, TAKE_THE_FIELD } from '../support/launder.ts';

// Goal:    a field of a field passes for a field, because the path to it is spelled in a way that a guard misreads.
// Means:   a part is taken of a part, with `ap` in between, so that the path is put together of pieces.
// Refused: by expectOrigin; one path has one spelling, however it was taken (extendGetter in values/getter.ts).
const DEEP = '(alice, authSrv, get_status, .$.deep.is_admin)';

describe('a part of a part', () => {
  it('honest twin: the field is served, with as many names in between as you like', async () => {
    const script = seq(AUTH, '(ap status a)', '(ap a b)', '(ap b.$.is_admin c)', '(ap c d)', post('d'));
    const { origins, verdict } = await launder(script, ADMIN);
    expect([...origins, verdict]).toEqual(['(alice, authSrv, get_status, .$.is_admin)', 'served']);
  });

  it.each([
    ['in one lens', seq(AUTH, post('status.$.deep.is_admin'))],
    ['in two', seq(AUTH, '(ap status.$.deep d)', post('d.$.is_admin'))],
    [
      'with names in between',
      seq(AUTH, '(ap status a)', '(ap a.$.deep b)', '(ap b c)', post('c.$.is_admin')),
    ],
    [
      'by way of a canon',
      seq(AUTH, '(ap status.$.deep $s)', '(canon "alice" $s #c)', post('#c.$.[0].is_admin')),
    ],
    [
      'by way of a map',
      seq(AUTH, '(ap ("k" status.$.deep) %m)', '(canon "alice" %m #%mm)', post('#%mm.$.k.[0].is_admin')),
    ],
    ['by keys', seq(AUTH, '(ap "deep" k)', '(ap status.$.[k] d)', post('d.$.is_admin'))],
  ])('has one spelling, and is refused: %s', async (_, script) => {
    const { value, origins, verdict, text } = await launder(script);
    expect([value, ...origins, verdict]).toEqual([true, DEEP, DENIED]);
    expect(text).toBe(denial(DEEP, TAKE_THE_FIELD));
  });
});
