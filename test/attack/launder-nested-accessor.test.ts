import { describe, expect, it } from 'vitest';
import { ADMIN, AUTH, expectOtherPart, launder, post, seq } from '../support/launder.ts';

// Goal:    another part of Auth's answer passes for the one that the Blog asks for.
// Means:   keys chosen at run time at several depths, inside canons, by iterators and by keys out of keys.
// Refused: by expectOrigin; every step of the getter is the key or index that was used.
const CANON = seq(AUTH, '(ap status $s)', '(canon "alice" $s #c)');

describe('keys chosen at run time, inside each other', () => {
  it.each([
    ['of an element of a canon', seq(CANON, '(ap status.$.right k)', post('#c.$.[0].[k]'))],
    ['of an element chosen by a number', seq(CANON, '(ap 0 n)', '(ap "is_admin" k)', post('#c.$.[n].[k]'))],
    ['by a key that a key chose', seq(AUTH, '(ap "right" r)', '(ap status.$.[r] k)', post('status.$.[k]'))],
  ])('honest twin: the right field %s', async (_, script) => {
    const { origins, verdict } = await launder(script, ADMIN);
    expect([...origins, verdict]).toEqual(['(alice, authSrv, get_status, .$.is_admin)', 'served']);
  });

  it.each([
    [
      'of an element of a canon',
      seq(CANON, '(ap status.$.wanted k)', post('#c.$.[0].[k]')),
      '.$.is_misbehaving',
    ],
    [
      'the same name, further down',
      seq(AUTH, '(ap "deep" d)', '(ap "is_admin" k)', post('status.$.[d].[k]')),
      '.$.deep.is_admin',
    ],
    ['of an array', seq(AUTH, '(ap "list" l)', '(ap 1 n)', post('status.$.[l].[n]')), '.$.list.[1]'],
    [
      'by a key that a key chose',
      seq(AUTH, '(ap "wanted" w)', '(ap status.$.[w] k)', post('status.$.[k]')),
      '.$.is_misbehaving',
    ],
  ])('is named, and refused: %s', async (_, script, getter) => {
    await expectOtherPart(script, getter);
  });
});
