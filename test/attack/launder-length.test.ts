import { describe, expect, it } from 'vitest';
import { ADMIN, AUTH, DENIED, denial, launder, post, seq, TAKE_THE_FIELD } from '../support/launder.ts';

// Goal:    a number that the script can steer passes for what Auth has said.
// Means:   the length of a list in Auth's answer.
// Refused: by expectOrigin; a length has `.length` at the end of its getter, and so has what is kept of it.
const LIST = '(alice, authSrv, get_status, .$.list.length)';

describe('the length of a part of an answer', () => {
  it('honest twin: the field is served', async () => {
    expect((await launder(seq(AUTH, post('status.$.is_admin')), ADMIN)).verdict).toBe('served');
  });

  it.each([
    ['of a part', seq(AUTH, '(ap status.$.list list)', post('list.length'))],
    ['kept', seq(AUTH, '(ap status.$.list list)', '(ap list.length n)', post('n'))],
    [
      'kept in a canon',
      seq(AUTH, '(ap status.$.list list)', '(ap list.length $s)', '(canon "alice" $s #c)', post('#c.$.[0]')),
    ],
  ])('is named, and refused: %s', async (_, script) => {
    const { value, origins, verdict, text } = await launder(script);
    expect([value, ...origins, verdict]).toEqual([2, LIST, DENIED]);
    expect(text).toBe(denial(LIST, TAKE_THE_FIELD));
  });

  it('a field that is called `length` is not a length', async () => {
    const answer = '{"is_admin":{"length":true}}';
    const script = seq(AUTH, '(ap "length" k)', post('status.$.is_admin.[k]'));
    const { origins, verdict } = await launder(script, answer);
    expect([...origins, verdict]).toEqual(['(alice, authSrv, get_status, .$.is_admin.length)', DENIED]);
  });
});
