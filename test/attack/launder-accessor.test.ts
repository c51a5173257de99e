import { describe, expect, it } from 'vitest';
import { ADMIN, AUTH, DENIED, denial, launder, post, seq, TAKE_THE_FIELD } from '../support/launder.ts';

// Goal:    another field of Auth's answer passes for the one that the Blog asks for.
// Means:   the field is chosen at run time, by a variable; the script does not show which one it is.
// Refused: by expectOrigin; a getter holds the path that was taken, not the name of the variable (keyOf in executor/lens.ts).
const chosen = (key: string): string => seq(AUTH, `(ap ${key} key)`, post('status.$.[key]'));

describe('a field chosen at run time', () => {
  it.each([
    ['by a literal', '"is_admin"'],
    ['by what a service says', 'status.$.right'],
  ])('honest twin: the right field, %s', async (_, key) => {
    const { origins, verdict } = await launder(chosen(key), ADMIN);
    expect([...origins, verdict]).toEqual(['(alice, authSrv, get_status, .$.is_admin)', 'served']);
  });

  it.each([
    ['by a literal', '"is_misbehaving"'],
    ['by what a service says', 'status.$.wanted'],
  ])('is named, and refused: %s', async (_, key) => {
    const found = '(alice, authSrv, get_status, .$.is_misbehaving)';
    const { value, origins, verdict, text } = await launder(chosen(key));
    expect([value, ...origins, verdict]).toEqual([true, found, DENIED]);
    expect(text).toBe(denial(found, TAKE_THE_FIELD));
  });

  it('a variable of the name of the right field changes nothing', async () => {
    const script = seq(AUTH, '(ap "is_misbehaving" is_admin)', post('status.$.[is_admin]'));
    const { origins, verdict } = await launder(script);
    expect([...origins, verdict]).toEqual(['(alice, authSrv, get_status, .$.is_misbehaving)', DENIED]);
  });
});
