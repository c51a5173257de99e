import { BerylError } from '../../base/error.ts';

/** Codes are stable: never renamed, never reused. Each is explained in docs/spec/errors.md. */
export type LogErrorCode =
  | 'ERR_NOTE_MALFORMED'
  | 'ERR_NOTE_KEY'
  | 'ERR_NOTE_SIGNATURE'
  | 'ERR_CHECKPOINT_MALFORMED'
  | 'ERR_LOG_PROOF'
  | 'ERR_LOG_POLICY';

/** A note, checkpoint, proof or policy that is malformed, or does not prove what it should. */
export class LogError extends BerylError<LogErrorCode> {
  override readonly name = 'LogError';
}
