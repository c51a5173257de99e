import type { Clock } from './ports.ts';

/** So many in a second; more are said no to. */
export class RateLimit {
  readonly #clock: Clock;
  readonly #perSecond: number;
  #begun = -Infinity;
  #count = 0;

  constructor(clock: Clock, perSecond: number) {
    this.#clock = clock;
    this.#perSecond = perSecond;
  }

  /** Counts one more. @returns Whether it is within the limit. */
  take(): boolean {
    const now = this.#clock.now();
    if (Math.abs(now - this.#begun) >= 1000) {
      this.#begun = now;
      this.#count = 0;
    }
    this.#count += 1;
    return this.#count <= this.#perSecond;
  }
}
