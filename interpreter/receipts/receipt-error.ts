import { BerylError } from '../../base/error.ts';

/** Codes are stable: never renamed, never reused. Each is explained in docs/spec/errors.md. */
export type ReceiptErrorCode =
  | 'ERR_RECEIPT_SIZE'
  | 'ERR_RECEIPT_MALFORMED'
  | 'ERR_RECEIPT_VERSION'
  | 'ERR_RECEIPT_KEY'
  | 'ERR_RECEIPT_PARTICLE'
  | 'ERR_RECEIPT_PARTICLE_SIGNATURE'
  | 'ERR_RECEIPT_PATH'
  | 'ERR_RECEIPT_SIGNATURE'
  | 'ERR_RECEIPT_VALUE'
  | 'ERR_RECEIPT_ARGUMENTS'
  | 'ERR_RECEIPT_CONFLICT'
  | 'ERR_RECEIPT_UNKNOWN';

/** A receipt, or evidence, that proves nothing; or one that cannot be made. */
export class ReceiptError extends BerylError<ReceiptErrorCode> {
  override readonly name = 'ReceiptError';
}
