import type { CallRequest, CallResult, JsonValue } from '../interpreter/index.ts';
import type { ServiceErrorCode } from './errors.ts';
import type { Denial } from './guards/denial.ts';
import type { StatePatch } from './service-instance.ts';
import { failureText } from './text.ts';

/** What a peer knows about the particle behind a call. Its signature has been verified. */
export interface CallParticle {
  readonly id: string;
  readonly initPeerId: string;
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  /** Milliseconds. */
  readonly ttl: number;
  /** 64 bytes. */
  readonly signature: Uint8Array;
}

/** Which rule set a decision was made by. */
export interface PolicyDecision {
  /** SHA-256 (hex) of the policy in force. */
  readonly hash: string;
  /** Ids of its rules that covered the call. */
  readonly rules: readonly string[];
}

/** One call that a handler made of another service of its peer, and what came of it. */
export interface NestedCall {
  readonly service: string;
  readonly function: string;
  /** Arguments as JSON text of an array. */
  readonly args: string;
  /** 0: served. */
  readonly retCode: number;
  /** Of a call that was not served. */
  readonly code?: ServiceErrorCode;
  /** Answer, or text of the failure, as JSON text. */
  readonly result: string;
}

/**
 * How a call ended, and where: dispatch takes the stages in the order of this type. `result` is what goes back to the
 * interpreter. All of it is JSON-representable. `denial` on a call that was not denied is what guard mode `monitor` let pass.
 */
export type CallDecision =
  | {
      /** No such function, or malformed arguments: the service's own rules did not run. */
      readonly kind: 'refused';
      readonly stage: 'find' | 'limits' | 'arguments' | 'handler';
      readonly result: CallResult;
      readonly code: ServiceErrorCode;
      readonly text: string;
      /** Of a limit: milliseconds until there is room. */
      readonly retryAfterMs?: number;
    }
  | {
      /** Denied by the access list, by a guard or by a policy. The handler did not run. */
      readonly kind: 'denied';
      readonly stage: 'gatekeeper' | 'guards' | 'policy';
      readonly result: CallResult;
      readonly code: ServiceErrorCode;
      /** What the caller learns; `denial` is for the operator. */
      readonly text: string;
      readonly denial: Denial;
      /** Milliseconds after which the call would pass, if only a rate denies it. */
      readonly retryAfterMs?: number;
      readonly policy?: PolicyDecision;
    }
  | {
      /** The handler ran and gave no answer. The service's state is as it was. */
      readonly kind: 'failed';
      readonly stage: 'handler' | 'result';
      readonly result: CallResult;
      readonly code: ServiceErrorCode;
      readonly text: string;
      /** What the handler added for this peer's recorder; never sent. */
      readonly details?: JsonValue;
      readonly denial?: Denial;
      readonly policy?: PolicyDecision;
      readonly source?: string;
      readonly calls?: readonly NestedCall[];
    }
  | {
      readonly kind: 'served';
      readonly stage: 'result';
      readonly result: CallResult;
      /** What the call changed in the service's state. */
      readonly patches: readonly StatePatch[];
      readonly denial?: Denial;
      readonly policy?: PolicyDecision;
      /** SHA-256 (hex) of the code that answered, for services whose code is data. */
      readonly source?: string;
      /** Calls of other services that the handler made, in the order in which they ended. */
      readonly calls?: readonly NestedCall[];
    };

/** One decided call, as observers receive it. */
export interface CallEvent {
  /** The peer that decided. */
  readonly peerId: string;
  /** 64 bytes. */
  readonly particleSignature: Uint8Array;
  readonly request: CallRequest;
  readonly decision: CallDecision;
}

/** Receives every decided call, for instance to record it. Called once per call, before its result is used; must not throw. */
export interface CallObserver {
  call(event: CallEvent): void;
}

/** A failure as the script gets it: retCode 1, and the text as a JSON string. */
export function failureOf(text: string): { text: string; result: CallResult } {
  const bounded = failureText(text);
  return { text: bounded, result: { retCode: 1, resultJson: JSON.stringify(bounded) } };
}
