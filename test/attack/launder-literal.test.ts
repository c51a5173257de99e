import { describe, expect, it } from 'vitest';
import { ADMIN, AUTH, DENIED, denial, launder, PASS_THE_RESULT, post, seq } from '../support/launder.ts';

// Goal:    `true`, written by the init peer, passes for Auth's answer.
// Means:   the init peer writes the script: a literal under the names, keys and shapes of an answer.
// Refused: by expectOrigin; a literal has no service, whatever it is called and whatever it is put into.
const NOBODY = "(mallory, '', '', '')";

describe('a literal poses as an answer', () => {
  it('honest twin: Auth’s own `true`', async () => {
    expect((await launder(seq(AUTH, post('status.$.is_admin')), ADMIN)).verdict).toBe('served');
  });

  it.each([
    ['straight', seq(AUTH, post('true'))],
    ['kept', seq(AUTH, '(ap true is_admin)', post('is_admin'))],
    [
      'in a variable of the name of the answer',
      seq(AUTH, `(new status ${seq('(ap true status)', post('status'))})`),
    ],
    ['an element of a canon', seq(AUTH, '(ap true $status)', '(canon "alice" $status #c)', post('#c.$.[0]'))],
    [
      'a member of an object',
      seq(AUTH, '(ap ("is_admin" true) %m)', '(canon "alice" %m o)', post('o.$.is_admin')),
    ],
    [
      'a value of a map',
      seq(AUTH, '(ap ("is_admin" true) %m)', '(canon "alice" %m #%mm)', post('#%mm.$.is_admin.[0]')),
    ],
    ['the init peer’s own id', seq(AUTH, post('%init_peer_id%'))],
    ['the time', seq(AUTH, post('%timestamp%'))],
    [
      'beside the answer, in its stream',
      seq(AUTH, '(ap true $s)', '(ap status.$.is_admin $s)', '(canon "alice" $s #c)', post('#c.$.[0]')),
    ],
  ])('has no service, and is refused: %s', async (_, script) => {
    const { origins, verdict, text } = await launder(script, ADMIN);
    expect([...origins, verdict]).toEqual([NOBODY, DENIED]);
    expect(text).toBe(denial(NOBODY, PASS_THE_RESULT));
  });
});
