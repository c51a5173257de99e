import { BerylError } from '../base/error.ts';

/** Codes are stable: never renamed, never reused. Each is explained in docs/spec/errors.md. */
export type AuditErrorCode =
  | 'ERR_RECORDING_FORMAT'
  | 'ERR_RECORDING_VERSION'
  | 'ERR_RECORDING_SIZE'
  | 'ERR_RECORDING_LINE'
  | 'ERR_RECORDING_ENTRY'
  | 'ERR_RECORDING_CONTENT'
  | 'ERR_RECORDING_CLOSED'
  | 'ERR_TRUST_FILE'
  | 'ERR_TRUST_IDENTITY'
  | 'ERR_FILE_KIND'
  /** A key signed a file after it was revoked; a code of verdicts, never thrown. */
  | 'ERR_FILE_REVOKED_KEY'
  | 'ERR_AUDIT_CALL'
  | 'ERR_AUDIT_ENTRY'
  | 'ERR_AUDIT_PARTICLE'
  | 'ERR_AUDIT_EXPORT'
  | 'ERR_AUDIT_WITHHELD';

/** A recording that cannot be read or written, or a malformed trust file. */
export class AuditError extends BerylError<AuditErrorCode> {
  override readonly name = 'AuditError';
}
