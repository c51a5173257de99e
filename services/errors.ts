import { BerylError } from '../base/error.ts';

/** Codes are stable: never renamed, never reused. Each is explained in docs/spec/errors.md. */
export type ServiceErrorCode =
  // refused: the call never reached the service's own rules
  | 'ERR_SERVICE_UNKNOWN'
  | 'ERR_FUNCTION_UNKNOWN'
  | 'ERR_CALL_ARGUMENTS'
  | 'ERR_CALL_EXPIRED'
  | 'ERR_SERVICE_BUSY'
  | 'ERR_CALL_LIMIT'
  // denied: a rule decided against the call
  | 'ERR_CALL_DENIED_ACL'
  | 'ERR_CALL_DENIED_GUARD'
  | 'ERR_CALL_DENIED_POLICY'
  // failed: the handler ran
  | 'ERR_CALL_FAILED'
  | 'ERR_CALL_HOST'
  | 'ERR_HANDLER_FAILED'
  | 'ERR_HANDLER_TIMEOUT'
  | 'ERR_HANDLER_STOPPED'
  | 'ERR_HANDLER_RESULT'
  | 'ERR_HANDLER_STATE'
  // the state that a store has kept
  | 'ERR_STATE_VERSION'
  | 'ERR_STATE_SHAPE'
  // the operator's own files
  | 'ERR_ACL_SHAPE'
  | 'ERR_POLICY_SHAPE';

/**
 * An access list that cannot be loaded, and the `reason` of an aborted call's signal.
 *
 * @example catch (error) { if (error instanceof ServiceError && error.code === 'ERR_ACL_SHAPE') console.error(error.message); }
 */
export class ServiceError extends BerylError<ServiceErrorCode> {
  override readonly name = 'ServiceError';
}
