import { describe, expect, it } from 'vitest';
import { verifyReceipt } from '../../interpreter/index.ts';
import { answered, put, receiptAt, refusalOf, take, type Parts } from '../support/receipt-parts.ts';

// Goal:    what alice answered in one particle is shown as her answer in another one.
// Means:   mallory takes the statement of one receipt and the particle of another; both are honest.
// Refused: by verifyStatement: the particle's signature is in the head that alice signed.
const honest = receiptAt(answered(), 3);
const forged = (change: (parts: Parts) => void): Uint8Array => {
  const parts = take(honest);
  change(parts);
  return put(parts);
};

describe('a receipt of another particle', () => {
  it('honest twin: each with its own', () => {
    for (const particleId of ['p1', 'p2'])
      expect(verifyReceipt(receiptAt(answered({ particleId }), 3))).toMatchObject({ particleId });
  });

  it('from the statement of one particle and the header of another, though both are honest', () => {
    const other = take(receiptAt(answered({ particleId: 'p2' }), 3));
    expect(refusalOf(() => verifyReceipt(forged(parts => (parts.particle = other.particle))))).toBe(
      'ERR_RECEIPT_SIGNATURE',
    );
  });

  it('for a particle of her own, with the answer that alice gave to somebody else', () => {
    const own = answered({ init: 'mallory' }).particle;
    const header = [own.id, own.initPeerId, own.timestamp, own.ttl, own.script, own.signature] as const;
    expect(refusalOf(() => verifyReceipt(forged(parts => (parts.particle = [...header]))))).toBe(
      'ERR_RECEIPT_SIGNATURE',
    );
  });

  it('with one field of the particle changed to that of the other', () => {
    const other = take(receiptAt(answered({ particleId: 'p2' }), 3));
    for (const field of [0, 5] as const)
      expect(
        refusalOf(() =>
          verifyReceipt(forged(({ particle }) => (particle[field] = other.particle[field] as never))),
        ),
      ).toBe('ERR_RECEIPT_PARTICLE_SIGNATURE');
  });
});
