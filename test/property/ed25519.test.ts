import fc from 'fast-check';
import { describe, it } from 'vitest';
import { equalBytes } from '../../base/bytes.ts';
import {
  isValidPublicKey,
  native,
  portable,
  publicKeyOf,
  type Ed25519,
} from '../../interpreter/keys/ed25519.ts';

const RUNS = { seed: 20261124, numRuns: 60 };
const platform = native as Ed25519;
const seed = fc.uint8Array({ minLength: 32, maxLength: 32 });
const message = fc.uint8Array({ maxLength: 200 });

describe('Ed25519', () => {
  it('native.publicKeyOf(s) = portable.publicKeyOf(s)', () => {
    fc.assert(
      fc.property(seed, s => equalBytes(platform.publicKeyOf(s), portable.publicKeyOf(s))),
      RUNS,
    );
  });

  it('native.sign(s, m) = portable.sign(s, m)', () => {
    fc.assert(
      fc.property(seed, message, (s, m) => equalBytes(platform.sign(s, m), portable.sign(s, m))),
      RUNS,
    );
  });

  it('verify(publicKeyOf(s), m, sign(s, m)), natively and portably', () => {
    fc.assert(
      fc.property(seed, message, (s, m) => {
        const [key, signature] = [publicKeyOf(s), platform.sign(s, m)];
        return (
          isValidPublicKey(key) && platform.verify(key, m, signature) && portable.verify(key, m, signature)
        );
      }),
      RUNS,
    );
  });

  it('native.verify = portable.verify for signatures with one bit changed, which both refuse', () => {
    fc.assert(
      fc.property(seed, message, fc.nat(511), (s, m, bit) => {
        const key = publicKeyOf(s);
        const signature = platform.sign(s, m);
        const changed = signature.with(bit >> 3, (signature[bit >> 3] as number) ^ (1 << (bit & 7)));
        return !platform.verify(key, m, changed) && !portable.verify(key, m, changed);
      }),
      RUNS,
    );
  });
});
