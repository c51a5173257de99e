/**
 * Time, injected: a whole network runs on virtual time in tests, and no service can read another clock by accident.
 */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /**
   * Calls `callback` once, at least `ms` milliseconds from now, never synchronously.
   *
   * @param ms Milliseconds, 0 or more; a particle lives at most a day.
   * @returns Cancels; harmless when called again or too late.
   */
  after(ms: number, callback: () => void): () => void;
}
