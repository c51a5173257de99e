import { fileSigner, verdictFor, type FileFormat } from '../audit/index.ts';
import { toHex } from '../base/bytes.ts';
import { EnvelopeError, verifyEnvelope, type EnvelopeClaims } from '../peer/index.ts';

/** An envelope is this small: of a larger file no more is read. */
const READ_MAX = 64 * 1024;

/** What an envelope proves, as JSON. */
export interface EnvelopeFileClaims extends Omit<EnvelopeClaims, 'payloadHash' | 'nonce'> {
  /** Hex. */
  readonly payloadHash: string;
  readonly nonce: string;
}

/** The envelope of a hop, as a refusal keeps it: `peer` may import no audit, and audit no peer, so the kind is joined here. */
export const ENVELOPE: FileFormat = {
  kind: 'envelope',
  isBeginning: head => new TextDecoder('latin1').decode(head.subarray(2)).startsWith('beryl/envelope/'),
  verify(source, options) {
    try {
      const { payloadHash, nonce, ...claims } = verifyEnvelope(
        source.read(0, Math.min(source.size, READ_MAX)),
      );
      const { unknown, ...verdict } = verdictFor(
        [fileSigner('host', claims.origin, options, claims.iatMs)],
        options,
      );
      const warnings = [
        'whether it was expected there, then and once is for its receiver to say',
        ...unknown,
      ];
      return {
        kind: 'envelope',
        ...verdict,
        warnings,
        claims: { ...claims, payloadHash: toHex(payloadHash), nonce: toHex(nonce) },
      };
    } catch (failure) {
      if (!(failure instanceof EnvelopeError) || failure.code === 'ERR_ENVELOPE_MALFORMED') throw failure;
      const { code, message } = failure;
      return { kind: 'envelope', verdict: 'invalid', code, message, signers: [], warnings: [] };
    }
  },
};
