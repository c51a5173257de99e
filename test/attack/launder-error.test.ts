import { describe, expect, it } from 'vitest';
import {
  ADMIN,
  AUTH,
  DENIED,
  denial,
  launder,
  NOT_ITS_ANSWER,
  PASS_THE_RESULT,
  post,
  seq,
} from '../support/launder.ts';

// Goal:    an error of Auth, which is of Auth and no `false`, passes for its answer.
// Means:   Auth is made to fail; the script presents one of the two error registers, or a part of it.
// Refused: by expectOrigin; the getter begins with `:error:` (errorOf in provenance/sourced-value.ts).
const FAILED = { retCode: 1, resultJson: '{"is_admin":true}' };
const straight = (error: string): string => `(xor ${AUTH} ${post(error)})`;
const kept = (error: string): string => `(xor ${AUTH} ${seq(`(ap ${error} e)`, post('e'))})`;
const canon = (error: string): string =>
  `(xor ${AUTH} ${seq(`(ap ${error} $e)`, '(canon "alice" $e #e)', post('#e.$.[0]'))})`;

describe('the error of a call', () => {
  it('honest twin: where Auth answers, its answer is served', async () => {
    expect((await launder(`(xor ${seq(AUTH, post('status.$.is_admin'))} (null))`, ADMIN)).verdict).toBe(
      'served',
    );
  });

  it.each([
    [':error:', ':error:'],
    ['%last_error%', ':error:'],
    [':error:.$.message', ':error:.$.message'],
    ['%last_error%.$.error_code', ':error:.$.error_code'],
    ['%last_error%.$.instruction', ':error:.$.instruction'],
  ])('is named an error, and refused, by whatever way: %s', async (error, getter) => {
    for (const way of [straight, kept, canon]) {
      const found = `(alice, authSrv, get_status, ${getter})`;
      const { origins, verdict, text } = await launder(way(error), FAILED);
      expect([...origins, verdict]).toEqual([found, DENIED]);
      expect(text).toBe(denial(found, NOT_ITS_ANSWER));
    }
  });

  it('has no field of what Auth would have answered', async () => {
    await expect(launder(straight(':error:.$.is_admin'), FAILED)).rejects.toThrow(/does not post/);
  });

  it('an error that the script makes has no origin', async () => {
    const script = `(xor (fail 7 "true") ${seq(AUTH, post('%last_error%.$.message'))})`;
    const { value, origins, verdict, text } = await launder(script, ADMIN);
    expect([value, ...origins, verdict]).toEqual(['true', "(mallory, '', '', '')", DENIED]);
    expect(text).toBe(denial("(mallory, '', '', '')", PASS_THE_RESULT));
  });
});
