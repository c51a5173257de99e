import { expect, it } from 'vitest';
import { decodeProof } from '../../../../interpreter/proofs/format.ts';

it('a proof of more than 256 MiB is refused unread', () => {
  const bytes = new Uint8Array(256 * 1024 * 1024 + 1);
  expect(() => decodeProof(bytes)).toThrow(expect.objectContaining({ code: 'ERR_PROOF_SIZE' }));
  expect(() => decodeProof(bytes.subarray(1))).toThrow(
    expect.objectContaining({ code: 'ERR_PROOF_MALFORMED' }),
  );
});
