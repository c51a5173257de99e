import { describe, expect, it } from 'vitest';
import {
  ADMIN,
  AUTH,
  DENIED,
  denial,
  expectOtherPart,
  launder,
  PASS_THE_RESULT,
  post,
  seq,
} from '../support/launder.ts';

// Goal:    another part of Auth's answer passes for the one that the Blog asks for.
// Means:   the answer is put into a map; a path through its canon, or what `ap` makes of it, hides what was taken.
// Refused: by expectOrigin; the path through the map is none of the answer's, what follows is (applyCanonMapLens).
const MAP = seq(AUTH, '(ap ("k" status) %m)', '(canon "alice" %m #%mm)');

describe('a path through a canon map', () => {
  it.each([
    ['straight', seq(MAP, post('#%mm.$.k.[0].is_admin'))],
    ['kept', seq(MAP, '(ap #%mm.$.k.[0].is_admin x)', post('x'))],
    ['the element kept, then its field', seq(MAP, '(ap #%mm.$.k.[0] x)', post('x.$.is_admin'))],
    ['all values of the key kept', seq(MAP, '(ap #%mm.$.k all)', post('all.$.[0].is_admin'))],
    [
      'a key of the name of a field',
      seq(MAP, post('#%mm.$.k.[0].is_admin')).replaceAll('"k"', '"is_admin"').replace('.k.', '.is_admin.'),
    ],
    ['a map as an object', seq(AUTH, '(ap ("k" status) %m)', '(canon "alice" %m o)', post('o.$.k.is_admin'))],
  ])('honest twin: %s', async (_, script) => {
    const { origins, verdict } = await launder(script, ADMIN);
    expect([...origins, verdict]).toEqual(['(alice, authSrv, get_status, .$.is_admin)', 'served']);
  });

  it.each([
    ['straight', seq(MAP, post('#%mm.$.k.[0].is_misbehaving')), '.$.is_misbehaving'],
    ['kept', seq(MAP, '(ap #%mm.$.k.[0].is_misbehaving x)', post('x')), '.$.is_misbehaving'],
    [
      'all values of the key kept',
      seq(MAP, '(ap #%mm.$.k all)', post('all.$.[0].deep.is_admin')),
      '.$.deep.is_admin',
    ],
    [
      'under a key of the name of the field',
      seq(
        AUTH,
        '(ap ("is_admin" status.$.is_misbehaving) %m)',
        '(canon "alice" %m #%mm)',
        post('#%mm.$.is_admin.[0]'),
      ),
      '.$.is_misbehaving',
    ],
    [
      'a map as an object',
      seq(AUTH, '(ap ("is_admin" status.$.is_misbehaving) %m)', '(canon "alice" %m o)', post('o.$.is_admin')),
      '.$.is_misbehaving',
    ],
  ])('is named, and refused: %s', async (_, script, getter) => {
    await expectOtherPart(script, getter);
  });

  it('all values of a key are put together by the script: of no service', async () => {
    for (const script of [seq(MAP, post('#%mm.$.k')), seq(MAP, '(ap #%mm.$.k x)', post('x'))]) {
      const { origins, verdict, text } = await launder(script, 'true');
      expect([...origins, verdict]).toEqual(["(alice, '', '', .$.k)", DENIED]);
      expect(text).toBe(denial("(alice, '', '', .$.k)", PASS_THE_RESULT));
    }
  });
});
