import type { Draft } from 'immer';
import type { JsonValue, Origin, Tetraplet } from '../interpreter/index.ts';
import type { CallDecision } from './call-decision.ts';
import type { GuardedArgument } from './guards/guard.ts';

/** The facts of a call that no script can choose, except by being another particle. */
export interface CallFacts {
  /** The peer that runs the service. */
  readonly peerId: string;
  /** The peer that started, and signed, the particle. */
  readonly initPeerId: string;
  readonly particleId: string;
  /** When the init peer says it started: milliseconds since 1970. Not trustworthy beyond the peer's admission rules. */
  readonly timestamp: number;
  /** Milliseconds. */
  readonly ttl: number;
  readonly serviceId: string;
  readonly functionName: string;
  /** The service of this peer that makes the call itself. Left out: a script does. */
  readonly callerServiceId?: string;
  /** This peer's clock: milliseconds since 1970. */
  now(): number;
}

/** The log of a handler. Each entry also has `serviceId`, `functionName`, `particleId`, `initPeerId` and `site`. */
export interface CallLog {
  /** What the operator may want to follow. Fields are JSON-representable. */
  info(message: string, fields?: Readonly<Record<string, unknown>>): void;
  /** What the operator should look at. */
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void;
}

/** What a handler sees beside its arguments. `State` is `undefined` for services without state. */
export interface CallContext<State, ArgumentName extends string> extends CallFacts {
  /**
   * Each argument with what its guard has seen of it, by name: value, lossless JSON text, tetraplets, origin.
   *
   * @example call.arguments.is_admin.origin?.tetraplet.peerId
   */
  readonly arguments: Readonly<Record<ArgumentName, GuardedArgument>>;
  /** Where each argument came from, by name; no entry in the list for an argument that was left out. */
  readonly tetraplets: Readonly<Record<ArgumentName, readonly Tetraplet[]>>;
  /** Where each argument came from, all the way down; built when looked at. */
  readonly origins: Readonly<Record<ArgumentName, Origin | undefined>>;
  /** Arguments beyond the named ones. Empty unless the function declares `rest`. No guard has seen them. */
  readonly rest: readonly JsonValue[];
  /** All arguments as canonical JSON text of an array: lossless where JavaScript numbers are not. */
  readonly argumentsJson: string;
  /**
   * An Immer draft of the service's state: change it in place. The changes are kept only if the call succeeds; calls of one
   * instance take turns, so no other call changes it meanwhile. Unusable after the call has ended.
   */
  readonly state: Draft<State>;
  /** When the call is given up: milliseconds since 1970. */
  readonly deadline: number;
  /** Milliseconds until then, by this peer's clock; 0 at the least. */
  readonly remainingMs: number;
  /**
   * Calls another service of this peer, for the same particle. The gatekeeper, guards and policies decide on it as on any call; rules of
   * the access list name this service in `callers`. Its arguments have no origin but this peer: `expectOrigin` denies them. What the call
   * changes is stored by itself. A service cannot call itself, not even through others (`ERR_CALL_LIMIT`).
   *
   * @param args By position. JSON.
   * @returns How the call ended; `result` of one that was served. Rejects if the other service's state cannot be stored.
   * @throws {TypeError} If an argument is not JSON, or this call has ended.
   */
  callService(serviceId: string, functionName: string, args: readonly JsonValue[]): Promise<CallDecision>;
  /** Writes to this peer's log, with particle and call in the fields. Scripts see nothing of it. */
  readonly log: CallLog;
  /**
   * Fires at the deadline: the result is no longer wanted, changes are dropped. Fires also when the peer stops
   * (`reason.code` is `ERR_HANDLER_STOPPED`): an answer that is given at once still counts; a handler that throws, or goes on, is
   * called again after the restart, with the same key. Of a call by a service it fires so, too, when the handler that made it has ended.
   */
  readonly signal: AbortSignal;
  /**
   * Names this call and no other: the particle's signature (base58), `:`, the call's place in the run, `:`, and the hash of
   * service, function and arguments. A peer that was stopped or killed before the answer was stored calls again with the same
   * key.
   */
  readonly idempotencyKey: string;
}
