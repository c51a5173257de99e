import { STEPS_PER_TICK } from './protocol.ts';

/** Counts what a guest does. The engine ticks at fixed numbers of loop turns and calls, so the count is the same each time. */
export class StepMeter {
  readonly #limit: number;
  #ticks = 0;
  #reactions = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get steps(): number {
    return this.#ticks * STEPS_PER_TICK + this.#reactions;
  }

  /** Once true, it stays true: a guest that catches its interruption is interrupted again. */
  get isSpent(): boolean {
    return this.steps > this.#limit;
  }

  /** @returns Whether the engine must stop. */
  tick(): boolean {
    this.#ticks += 1;
    return this.isSpent;
  }

  /** Reactions of promises: each may be shorter than a tick. */
  react(count: number): void {
    this.#reactions += count;
  }
}
