import { describe, expect, it } from 'vitest';
import { ADMIN, AUTH, DENIED, denial, launder, post, seq, TAKE_THE_FIELD } from '../support/launder.ts';

// Goal:    another field of Auth's answer passes for the one that the Blog asks for.
// Means:   the answer is put into a stream; of an element of its canon the field is taken.
// Refused: by expectOrigin; the path below the element belongs to the getter (applyPath in executor/lens.ts).
const CANON = seq(AUTH, '(ap status $s)', '(canon "alice" $s #c)');
const straight = (field: string): string => seq(CANON, post(`#c.$.[0].${field}`));
const kept = (field: string): string => seq(CANON, `(ap #c.$.[0].${field} x)`, post('x'));

describe('a field of an element of a canon', () => {
  it('honest twin: the right field is served, by the same way', async () => {
    for (const way of [straight, kept]) {
      const { origins, verdict } = await launder(way('is_admin'), ADMIN);
      expect([...origins, verdict]).toEqual(['(alice, authSrv, get_status, .$.is_admin)', 'served']);
    }
  });

  it.each([
    ['straight', straight],
    ['kept', kept],
  ])('is named, and refused: %s', async (_, way) => {
    const found = '(alice, authSrv, get_status, .$.is_misbehaving)';
    const { value, origins, verdict, text } = await launder(way('is_misbehaving'));
    expect([value, ...origins, verdict]).toEqual([true, found, DENIED]);
    expect(text).toBe(denial(found, TAKE_THE_FIELD));
  });

  it('the whole element has the wrong origin too', async () => {
    const { origins, verdict, text } = await launder(seq(CANON, post('#c.$.[0]')), ADMIN);
    expect([...origins, verdict]).toEqual(["(alice, authSrv, get_status, '')", DENIED]);
    expect(text).toBe(denial("(alice, authSrv, get_status, '')", TAKE_THE_FIELD));
  });
});
