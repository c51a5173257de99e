import { BerylError } from '../base/error.ts';

/** Codes are stable: never renamed, never reused. Each is explained in docs/spec/errors.md. */
export type AquaErrorCode =
  'ERR_AQUA_ARGUMENT' | 'ERR_AQUA_COMPILER' | 'ERR_AQUA_FUNCTION' | 'ERR_AQUA_OUTPUT' | 'ERR_AQUA_SOURCE';

/** Something about an Aqua program that its author can fix. */
export class AquaError extends BerylError<AquaErrorCode> {
  override readonly name = 'AquaError';
}
