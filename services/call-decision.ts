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

/**
 * How a call ended, and where: dispatch takes the stages in the order of this type. `result` is what goes back to the
 * interpreter. All of it is JSON-representable. `denial` on a call that was not denied is what guard mode `monitor` let pass.
 */
export type CallDecision =
  | {
      /** No such function, or malformed arguments: the service's own rules did not run. */
      readonly kind: 'refused';
      readonly stage: 'find' | 'arguments' | 'handler';
      readonly result: CallResult;
      readonly code: ServiceErrorCode;
      readonly text: string;
    }
  | {
      /** Denied by the access list or by a guard. The handler did not run. */
      readonly kind: 'denied';
      readonly stage: 'gatekeeper' | 'guards';
      readonly result: CallResult;
      readonly code: ServiceErrorCode;
      readonly text: string;
      readonly denial: Denial;
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
    }
  | {
      readonly kind: 'served';
      readonly stage: 'result';
      readonly result: CallResult;
      /** What the call changed in the service's state. */
      readonly patches: readonly StatePatch[];
      readonly denial?: Denial;
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
