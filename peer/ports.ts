import type { Clock, Logger } from '../services/index.ts';

export type { Clock, Logger };

/** The world, injected: with these given, a peer's behaviour is a function of what it receives. */
export interface Random {
  /** `count` random bytes. */
  bytes(count: number): Uint8Array;
  /** A number of [0, 1). */
  next(): number;
}

/** Where a peer keeps the data of particles between runs. Synchronous: reading, running and writing are one critical section. */
export interface DataStore {
  get(key: string): Uint8Array | undefined;
  put(key: string, data: Uint8Array): void;
  delete(key: string): void;
  /** Number of particles kept. */
  readonly size: number;
}

/** Runs a callback soon, after all that is ready now: what settles at one time goes into one run. */
export type Defer = (callback: () => void) => void;

/** Told about work in progress, so that a simulation knows when a network is at rest. */
export interface Activity {
  begin(): void;
  end(): void;
  /** A particle lives until `at` (milliseconds since 1970). @returns Says that it is gone. */
  deadline(at: number): () => void;
}
