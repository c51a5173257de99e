import { BerylError } from '../../base/error.ts';
import { RunError } from '../errors.ts';
import { ReceiptError } from '../receipts/receipt-error.ts';

/** Codes are stable: never renamed, never reused. Each is explained in docs/spec/errors.md. */
export type ProofErrorCode =
  | 'ERR_PROOF_SIZE'
  | 'ERR_PROOF_MALFORMED'
  | 'ERR_PROOF_VERSION'
  | 'ERR_PROOF_PARTICLE'
  | 'ERR_PROOF_DATA'
  | 'ERR_PROOF_SEALED'
  | 'ERR_PROOF_RUN'
  | 'ERR_PROOF_UNREACHED'
  | 'ERR_PROOF_UNKNOWN';

/** A proof that proves nothing; or one that cannot be made. */
export class ProofError extends BerylError<ProofErrorCode> {
  override readonly name = 'ProofError';
}

/** What reads the parts of receipts reads those of proofs, too. */
const OF_RECEIPT: Readonly<Partial<Record<string, ProofErrorCode>>> = {
  ERR_RECEIPT_SIZE: 'ERR_PROOF_SIZE',
  ERR_RECEIPT_MALFORMED: 'ERR_PROOF_MALFORMED',
  ERR_RECEIPT_VERSION: 'ERR_PROOF_VERSION',
};

/** Refusals of the parts become refusals of the proof. @param code For what a run refuses. */
export function asProof<T>(code: ProofErrorCode, act: () => T): T {
  try {
    return act();
  } catch (failure) {
    if (failure instanceof RunError)
      throw new ProofError(code, failure.message, { retCode: failure.retCode }, { cause: failure });
    if (!(failure instanceof ReceiptError)) throw failure;
    const known = OF_RECEIPT[failure.code] ?? 'ERR_PROOF_PARTICLE';
    throw new ProofError(known, failure.message, { reason: failure.code }, { cause: failure });
  }
}
