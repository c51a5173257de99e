import { VirtualClock, type Clock } from '../peer/index.ts';

/** Longest time that `setTimeout` takes; a longer one fires at once. */
const SLEEP_MAX_MS = 2 ** 31 - 1;

/**
 * Real time whose waits can be skipped: it runs at normal speed, and jumps to the next timer when there is nothing
 * else to wait for. So handlers take the time that they need, and the rest of a particle's life takes no time.
 */
export class LiveClock implements Clock {
  #timers = new VirtualClock(Date.now());
  readonly #startMs = Date.now();
  readonly #started = performance.now();
  #skippedMs = 0;

  now(): number {
    return Math.floor(this.#startMs + performance.now() - this.#started) + this.#skippedMs;
  }

  after(ms: number, callback: () => void): () => void {
    return this.#timers.after(this.now() - this.#timers.now() + Math.max(0, ms), callback);
  }

  get nextDue(): number | undefined {
    return this.#timers.nextDue;
  }

  /** Fires the next timer, and skips the time until then. */
  advance(): void {
    const due = this.nextDue;
    if (due === undefined) return;
    this.#skippedMs += Math.max(0, due - this.now());
    this.#timers.advance();
  }

  /** Returns to real time. Does nothing while a timer is set: it would wait for the time that was skipped. */
  unskip(): void {
    if (this.nextDue !== undefined) return;
    this.#skippedMs = 0;
    this.#timers = new VirtualClock(this.now());
  }

  /** @returns A promise of the moment when the next timer is due, in real time, and what gives up waiting for it. */
  untilDue(): { readonly reached: Promise<void>; readonly cancel: () => void } {
    const due = this.nextDue;
    if (due === undefined) return { reached: new Promise(() => undefined), cancel: () => undefined };
    const waitMs = Math.min(SLEEP_MAX_MS, Math.max(0, due - this.now()));
    let timer: NodeJS.Timeout | undefined;
    const reached = new Promise<void>(resolve => (timer = setTimeout(resolve, waitMs)));
    return { reached, cancel: () => clearTimeout(timer) };
  }
}
