export type { Clock, Logger } from '../services/index.ts';

/** Clock, randomness and other outside effects, injected: with these fixed, a peer's behaviour is a function of what it receives. */
export interface Random {
  /** `count` random bytes. */
  bytes(count: number): Uint8Array;
  /** A number of [0, 1). */
  next(): number;
}

/** Runs a callback soon, after all work that is ready now, so that results which settle together share one run. */
export type Defer = (callback: () => void) => void;

/** Receives the begin and end of work, so that a simulation can detect when a network is at rest. */
export interface Activity {
  /** A call begins; it may wait for time to pass. Sends do not count: their messages and answers are timers. */
  begin(): void;
  end(): void;
  /** Real work begins, such as a store's: virtual time stands still until it ends. @returns Ends it. */
  hold(): () => void;
  /** A particle lives until `at` (milliseconds since 1970). @returns A function to call when the particle is gone. */
  deadline(at: number): () => void;
}
