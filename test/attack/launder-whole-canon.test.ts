import { describe, expect, it } from 'vitest';
import { AUTH, DENIED, denial, launder, PASS_THE_RESULT, post, seq } from '../support/launder.ts';

// Goal:    an array around Auth's `false`, which is not `false`, passes for what it holds.
// Means:   a whole canon of one element: it has one tetraplet, and it is the right one.
// Refused: by expectOrigin, as the tetraplet speaks of the element; what is kept of a whole canon is of no service.
const CANON = seq(AUTH, '(ap status.$.is_admin $s)', '(canon "alice" $s #c)');

describe('a whole canon of one element', () => {
  it('honest twin: its element', async () => {
    const { origins, verdict } = await launder(seq(CANON, post('#c.$.[0]')), '{"is_admin":true}');
    expect([...origins, verdict]).toEqual(['(alice, authSrv, get_status, .$.is_admin)', 'served']);
  });

  it('is distinguished from its element, and refused', async () => {
    const { value, origins, verdict, text } = await launder(seq(CANON, post('#c')));
    expect([value, ...origins, verdict]).toEqual([
      [false],
      '(alice, authSrv, get_status, .$.is_admin)',
      DENIED,
    ]);
    expect(text.split('\n')).toEqual([
      'denied `blogSrv.add_post`',
      '  argument `is_admin` is a whole canon, with an origin per element (1)',
      '    expected (alice, authSrv, get_status, .$.is_admin)',
      '    hint     pass one element instead of the whole canon',
    ]);
  });

  it.each([
    ['kept', seq(CANON, '(ap #c x)', post('x'))],
    ['kept in a stream', seq(CANON, '(ap #c $t)', '(canon "alice" $t #d)', post('#d.$.[0]'))],
    [
      'kept as the value of a pair',
      seq(CANON, '(ap ("k" #c) %m)', `(fold %m i ${post('i.$.value')} (null))`),
    ],
  ])('is of no service, and refused: %s', async (_, script) => {
    const { value, origins, verdict, text } = await launder(script);
    expect([value, ...origins, verdict]).toEqual([[false], "(alice, '', '', '')", DENIED]);
    expect(text).toBe(denial("(alice, '', '', '')", PASS_THE_RESULT));
  });

  it('nor is a whole canon map, or an empty canon, of anybody', async () => {
    const map = seq(AUTH, '(ap ("k" status.$.is_admin) %m)', '(canon "alice" %m #%mm)', post('#%mm'));
    const empty = seq(AUTH, '(canon "alice" $nothing #c)', post('#c'));
    expect((await launder(map)).text).toContain('is a whole canon, with an origin per element (1)');
    expect(await launder(empty)).toMatchObject({ origins: [], verdict: DENIED });
    expect((await launder(empty)).text).toContain('argument `is_admin` has no origin');
  });
});
