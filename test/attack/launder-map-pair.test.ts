import { describe, expect, it } from 'vitest';
import {
  ADMIN,
  AUTH,
  DENIED,
  denial,
  launder,
  PASS_THE_RESULT,
  post,
  seq,
  TAKE_THE_FIELD,
} from '../support/launder.ts';

// Goal:    a value under a key that the script writes passes for the field of that name.
// Means:   a fold over a map, whose items are pairs: `i.$.key`, `i.$.value`, and what is below.
// Refused: by expectOrigin; key and value keep their own origins, the pair as a whole is of no service (pairOf).
const over = (pair: string, use: string): string =>
  seq(AUTH, `(ap ${pair} %m)`, `(fold %m i ${post(use)} (null))`);
const overCanon = (pair: string, use: string): string =>
  seq(AUTH, `(ap ${pair} %m)`, '(canon "alice" %m #%mm)', `(fold #%mm i ${post(use)})`);

describe('a pair of a map', () => {
  it.each([
    ['its value', '("k" status.$.is_admin)', 'i.$.value'],
    ['a field of its value', '("k" status)', 'i.$.value.is_admin'],
  ])('honest twin: %s', async (_, pair, use) => {
    for (const way of [over, overCanon]) {
      const { origins, verdict } = await launder(way(pair, use), ADMIN);
      expect([...origins, verdict]).toEqual(['(alice, authSrv, get_status, .$.is_admin)', 'served']);
    }
  });

  it.each([
    [
      'a value under the key of the field',
      '("is_admin" status.$.is_misbehaving)',
      'i.$.value',
      '.$.is_misbehaving',
    ],
    ['a field of its value', '("is_admin" status)', 'i.$.value.is_misbehaving', '.$.is_misbehaving'],
    ['the whole value', '("is_admin" status)', 'i.$.value', "''"],
    ['its key', '(status.$.wanted true)', 'i.$.key', '.$.wanted'],
  ])('keeps its origin, and is refused: %s', async (_, pair, use, getter) => {
    for (const way of [over, overCanon]) {
      const found = `(alice, authSrv, get_status, ${getter})`;
      const { origins, verdict, text } = await launder(way(pair, use));
      expect([...origins, verdict]).toEqual([found, DENIED]);
      expect(text).toBe(denial(found, TAKE_THE_FIELD));
    }
  });

  it.each([
    ['the whole pair', '("k" status.$.is_admin)', 'i', "(alice, '', '', '')"],
    ['a literal in it', '("k" true)', 'i.$.value', "(mallory, '', '', '')"],
    ['a literal key', '("true" status.$.is_admin)', 'i.$.key', "(mallory, '', '', '')"],
  ])('is of no service: %s', async (_, pair, use, found) => {
    for (const way of [over, overCanon]) {
      const { origins, verdict, text } = await launder(way(pair, use), ADMIN);
      expect([...origins, verdict]).toEqual([found, DENIED]);
      expect(text).toBe(denial(found, PASS_THE_RESULT));
    }
  });
});
