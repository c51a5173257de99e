import { describe, expect, it } from 'vitest';
import { concat, toHex, utf8 } from '../../base/bytes.ts';
import { RetCode, sha256, type RecordLog } from '../../interpreter/index.ts';
import { signer } from '../support/cast.ts';
import { answeredByAuth, HONEST_POST } from '../support/posting.ts';
import { expectRefused, requestsOf } from '../support/refused.ts';

// Goal:    something that alice has signed for another purpose counts as her signature under records.
// Means:   a carrier puts her signature of a particle, of another head, or of a part of the head, under a log.
// Refused: by verifyLogSignature; a head is a hash over its own domain, this particle, this peer and its records.
const L = 2n ** 252n + 27742317777372353535851937790883648493n;

/** S + L: verifies under the same equation where S is not bounded. */
function malleable(signature: Uint8Array): Uint8Array {
  let s = 0n;
  for (let i = 63; i >= 32; i--) s = s * 256n + BigInt(signature[i]!);
  s += L;
  return Uint8Array.from(signature, (byte, i) =>
    i < 32 ? byte : Number((s >> BigInt(8 * (i - 32))) & 255n),
  );
}

describe('another signature under a log', () => {
  it('honest twin: alice’s, under this very head', () => {
    const { bench, forgery } = answeredByAuth();
    const { head, signature } = forgery.log('alice');
    expect(signer('alice').sign(head)).toEqual(new Uint8Array(signature));
    expect(requestsOf(bench.run('bob', { current: forgery.bytes }))).toEqual(HONEST_POST);
  });

  it.each<[string, (log: RecordLog, particle: Uint8Array) => Uint8Array]>([
    ['of the particle', (_, particle) => particle],
    ['of the records alone', ({ records }) => signer('alice').sign(records[0]!.bytes)],
    ['of the hash of the head', ({ head }) => signer('alice').sign(sha256(head))],
    ['of the head as text', ({ head }) => signer('alice').sign(utf8(toHex(head)))],
    ['of the head and more', ({ head }) => signer('alice').sign(concat(head, Uint8Array.of(0)))],
    ['of mallory', ({ head }) => signer('mallory').sign(head)],
    ['of nothing but zeros', () => new Uint8Array(64)],
    ['of a point of small order', () => Uint8Array.from({ length: 64 }, (_, i) => (i === 0 ? 1 : 0))],
    ['that is hers in another spelling', ({ signature }) => malleable(signature)],
    ['that is hers but for a bit', ({ signature }) => signature.with(63, signature[63]! ^ 0x10)],
  ])('is refused: %s', (_, forge) => {
    const { bench, forgery } = answeredByAuth();
    const particle = bench.particleSignature;
    forgery.editLog('alice', log => ({ signature: forge(log, particle) }));
    expectRefused(bench.run('bob', { current: forgery.bytes }), RetCode.signatureMismatch);
  });

  it.each([0, 63, 65])('is refused: one of %i bytes', length => {
    const { bench, forgery } = answeredByAuth();
    forgery.editLog('alice', () => ({ signature: new Uint8Array(length) }));
    expectRefused(bench.run('bob', { current: forgery.bytes }), RetCode.dataMalformed, {
      text: `${length} bytes, where 64 to`,
    });
  });
});
