import type { Clock, Logger } from '../services/index.ts';

export type { Clock, Logger };

/** The world, injected: with these given, a peer's behaviour is a function of what it receives. */
export interface Random {
  /** `count` random bytes. */
  bytes(count: number): Uint8Array;
  /** A number of [0, 1). */
  next(): number;
}

/** Runs a callback soon, after all that is ready now: what settles at one time goes into one run. */
export type Defer = (callback: () => void) => void;

/** Told about work in progress, so that a simulation knows when a network is at rest. */
export interface Activity {
  /** A call begins: it may wait for time to pass. Sends do not count: their messages and answers are timers. */
  begin(): void;
  end(): void;
  /** Real work begins, such as a store's: virtual time stands still until it ends. @returns Ends it. */
  hold(): () => void;
  /** A particle lives until `at` (milliseconds since 1970). @returns Says that it is gone. */
  deadline(at: number): () => void;
}
