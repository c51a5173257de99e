import type { SandboxErrorCode } from '../errors.ts';
import type { SandboxLimits } from '../limits.ts';

/** What a guest may use of the thread. Host functions and other services are checked on the side of the host. */
export interface Grants {
  /** Milliseconds since 1970, the same during the whole call; left out: the guest has no clock. */
  readonly clock?: number;
  /** Four 32-bit numbers from which all its random numbers follow; left out: none. */
  readonly seed?: readonly number[];
  /** System calls of WASI that can reach nothing. */
  readonly wasi: boolean;
}

/** One run of a guest, as its thread gets it: plain data. */
export interface GuestJob {
  readonly kind: 'javascript' | 'wasm';
  readonly source: string | Uint8Array;
  /** SHA-256 (hex) of the source. */
  readonly hash: string;
  /** The function to call. Left out: the guest is only loaded, and must have all of `functions`. */
  readonly functionName?: string;
  readonly functions: readonly string[];
  /** JSON text of an array. */
  readonly argsJson: string;
  /** JSON text; left out: the guest has no state. */
  readonly stateJson?: string;
  readonly grants: Grants;
  readonly limits: SandboxLimits;
}

/** How a run ended. Texts are the guest's: nothing has checked them but their length. */
export type GuestEnd =
  | {
      readonly kind: 'answered';
      readonly answerJson: string;
      readonly stateJson?: string;
      readonly steps: number;
    }
  | {
      readonly kind: 'failed';
      readonly code: SandboxErrorCode;
      readonly text: string;
      readonly steps: number;
    };

/** From the thread: it has started; its engine is there, so the guest begins; the guest asks for something, and waits; the run is over. */
export type ThreadMessage =
  | { readonly kind: 'ready'; readonly threadOfSystem?: string }
  | { readonly kind: 'begun' }
  | { readonly kind: 'ask'; readonly text: string }
  | { readonly kind: 'end'; readonly end: GuestEnd };

/** Steps between two looks at the budget: the engine's own unit. */
export const STEPS_PER_TICK = 10_000;

/** WebAssembly counts memory in pages. */
export const PAGE_BYTES = 65_536;
