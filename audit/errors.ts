import { BerylError } from '../base/error.ts';

export type AuditErrorCode =
  | 'ERR_RECORDING_FORMAT'
  | 'ERR_RECORDING_VERSION'
  | 'ERR_RECORDING_SIZE'
  | 'ERR_RECORDING_ENTRY'
  | 'ERR_RECORDING_ALTERED';

/** A recording that cannot be read, or that is not what its recorder wrote. `details.entry` counts lines from 1. */
export class AuditError extends BerylError<AuditErrorCode> {
  override readonly name = 'AuditError';
}
