import { BinaryHeap } from './binary-heap.ts';
import type { Activity, Clock } from './ports.ts';

interface Ending {
  readonly key: string;
  /** Last moment of the particle's life, milliseconds since 1970. */
  readonly deadline: number;
}

/**
 * Ends particles by the clock: one timer waits for the earliest deadline, and is set again while the clock shows an earlier time. So
 * a clock that is set back ends no particle early, and a suspended machine keeps none for ever.
 */
export class Life {
  readonly #endings = new BinaryHeap<Ending>((a, b) => a.deadline < b.deadline);
  readonly #clock: Clock;
  readonly #activity: Activity;
  readonly #end: (keys: readonly string[]) => void;
  #forget: (() => void) | undefined;

  /** @param end Ends these particles; some may have ended before. Must not throw. */
  constructor(clock: Clock, activity: Activity, end: (keys: readonly string[]) => void) {
    this.#clock = clock;
    this.#activity = activity;
    this.#end = end;
  }

  add(key: string, deadline: number): void {
    const isEarliest = deadline < (this.#endings.first?.deadline ?? Infinity);
    this.#endings.push({ key, deadline });
    if (isEarliest) this.#arm();
  }

  /** Forgets all, so that no timer keeps the process alive. */
  stop(): void {
    this.#forget?.();
    this.#forget = undefined;
    this.#endings.clear();
  }

  #arm(): void {
    this.#forget?.();
    this.#forget = undefined;
    const { first } = this.#endings;
    if (first === undefined) return;
    const cancel = this.#clock.after(first.deadline - this.#clock.now() + 1, () => this.#ring());
    const forgetDeadline = this.#activity.deadline(first.deadline);
    this.#forget = () => {
      cancel();
      forgetDeadline();
    };
  }

  #ring(): void {
    const over: string[] = [];
    for (let next = this.#endings.first; next !== undefined; next = this.#endings.first) {
      if (this.#clock.now() <= next.deadline) break;
      this.#endings.pop();
      over.push(next.key);
    }
    this.#arm();
    if (over.length > 0) this.#end(over);
  }
}
