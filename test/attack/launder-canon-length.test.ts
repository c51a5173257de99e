import { describe, expect, it } from 'vitest';
import { ADMIN, AUTH, DENIED, denial, launder, PASS_THE_RESULT, post, seq } from '../support/launder.ts';

// Goal:    a number that the script can steer passes for what Auth has said.
// Means:   the length of a canon, or of a canon map, of Auth's answers.
// Refused: by expectOrigin; whoever runs has counted, and no service (ownCount in executor/lens.ts).
const CANON = seq(AUTH, '(ap status $s)', '(canon "alice" $s #c)');
const MAP = seq(AUTH, '(ap ("k" status) %m)', '(canon "alice" %m #%mm)');

describe('the length of a canon', () => {
  it('honest twin: a field of its element is served', async () => {
    expect((await launder(seq(CANON, post('#c.$.[0].is_admin')), ADMIN)).verdict).toBe('served');
    expect((await launder(seq(MAP, post('#%mm.$.k.[0].is_admin')), ADMIN)).verdict).toBe('served');
  });

  it.each([
    ['of a canon', seq(CANON, post('#c.length'))],
    ['of a canon map', seq(MAP, post('#%mm.length'))],
    ['kept', seq(CANON, '(ap #c.length n)', post('n')).replaceAll('"alice" $s', '"bob" $s')],
  ])('is of no service, and refused: %s', async (_, script) => {
    const { value, origins, verdict, text } = await launder(script, ADMIN);
    expect([value, ...origins, verdict]).toEqual([1, "(bob, '', '', .length)", DENIED]);
    expect(text).toBe(denial("(bob, '', '', .length)", PASS_THE_RESULT));
  });
});
