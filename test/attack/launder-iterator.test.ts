import { describe, expect, it } from 'vitest';
import { ADMIN, AUTH, DENIED, denial, launder, post, seq, TAKE_THE_FIELD } from '../support/launder.ts';

// Goal:    an element of a list in Auth's answer passes for the field that the Blog asks for.
// Means:   a fold, whose iterator is called as the script likes; elements may be lists again.
// Refused: by expectOrigin; an iterator has the getter of its element (ArrayItems in executor/iterables.ts).
const CANON = seq(AUTH, '(ap status $s)', '(canon "alice" $s #c)');

describe('an iterator', () => {
  it.each([
    ['over a canon', seq(CANON, `(fold #c i ${post('i.$.is_admin')})`)],
    ['over a stream', seq(AUTH, '(ap status $s)', `(fold $s i ${post('i.$.is_admin')} (null))`)],
  ])('honest twin: the field of an element, %s', async (_, script) => {
    const { origins, verdict } = await launder(script, ADMIN);
    expect([...origins, verdict]).toEqual(['(alice, authSrv, get_status, .$.is_admin)', 'served']);
  });

  it.each([
    ['no iterator, but its place', post('status.$.list.[0]'), '.$.list.[0]'],
    ['over a list', `(fold status.$.list is_admin ${post('is_admin')})`, '.$.list.[0]'],
    ['its second item', `(fold status.$.list i (xor (match i true ${post('i')}) (next i)))`, '.$.list.[1]'],
    ['over a list that was kept', `(seq (ap status.$.list l) (fold l i ${post('i')}))`, '.$.list.[0]'],
    ['kept', `(fold status.$.list i (seq (ap i x) ${post('x')}))`, '.$.list.[0]'],
  ])('is named by its place, and refused: %s', async (_, fold, getter) => {
    const found = `(alice, authSrv, get_status, ${getter})`;
    const { origins, verdict, text } = await launder(seq(AUTH, fold));
    expect([...origins, verdict]).toEqual([found, DENIED]);
    expect(text).toBe(denial(found, TAKE_THE_FIELD));
  });

  it.each([
    ['over a canon', seq(CANON, `(fold #c i ${post('i.$.is_misbehaving')})`)],
    ['over a stream', seq(AUTH, '(ap status $s)', `(fold $s i ${post('i.$.is_misbehaving')} (null))`)],
  ])('is named by the path from its element, and refused: %s', async (_, script) => {
    const { origins, verdict } = await launder(script);
    expect([...origins, verdict]).toEqual(['(alice, authSrv, get_status, .$.is_misbehaving)', DENIED]);
  });
});
