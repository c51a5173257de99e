import { BerylError } from '../base/error.ts';

/** Codes are stable: never renamed, never reused. Each is explained in docs/spec/errors.md. */
export type SandboxErrorCode =
  // the guest cannot be used: `sandboxed` throws
  | 'ERR_SANDBOX_PACKAGE'
  | 'ERR_SANDBOX_SOURCE'
  // how a call of a guest ended: in the details of its decision
  | 'ERR_SANDBOX_GUEST'
  | 'ERR_SANDBOX_STEPS'
  | 'ERR_SANDBOX_MEMORY'
  | 'ERR_SANDBOX_STACK'
  | 'ERR_SANDBOX_TIME'
  | 'ERR_SANDBOX_ANSWER'
  | 'ERR_SANDBOX_BUSY'
  | 'ERR_SANDBOX_CLOSED'
  // what a guest asked for and did not get: thrown inside the guest
  | 'ERR_SANDBOX_CALL';

/**
 * A guest that cannot be used.
 *
 * @example catch (error) { if (error instanceof SandboxError && error.code === 'ERR_SANDBOX_SOURCE') console.error(error.message); }
 */
export class SandboxError extends BerylError<SandboxErrorCode> {
  override readonly name = 'SandboxError';
}
