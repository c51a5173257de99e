import { BerylError } from '../../base/error.ts';

/** Why bytes from the network are not read. */
export type WireErrorCode =
  /** The bytes are of another format, or of a version that this program does not know. */
  | 'ERR_WIRE_FORMAT'
  /** The format is right, and a field is missing, too long, or not encoded in the one way. */
  | 'ERR_WIRE_FIELD';

/** Bytes from the network that cannot be read. */
export class WireError extends BerylError<WireErrorCode> {
  override readonly name = 'WireError';
}
