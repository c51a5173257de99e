import { BerylError } from '../../base/error.ts';

/** Why statements of identity are refused. */
export type IdentityErrorCode =
  /** The bytes are not a statement. */
  | 'ERR_IDENTITY_MALFORMED'
  /** A signature is missing or wrong. */
  | 'ERR_IDENTITY_SIGNATURE'
  /** A statement does not follow the one before: sequence, hash, time, or a key that was not committed to. */
  | 'ERR_IDENTITY_CHAIN'
  /** Two statements of one name follow the same one: both are refused. */
  | 'ERR_IDENTITY_CONFLICT'
  /** A binding of a host does not hold now. */
  | 'ERR_IDENTITY_TIME';

/** Statements of identity that are refused. */
export class IdentityError extends BerylError<IdentityErrorCode> {
  override readonly name = 'IdentityError';
}
