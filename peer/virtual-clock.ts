import { BinaryHeap } from './binary-heap.ts';
import type { Clock } from './ports.ts';

interface Timer {
  readonly due: number;
  /** Timers of one moment fire in the order in which they were set. */
  readonly order: number;
  /** `undefined` once it was cancelled: what it would have done can be freed. */
  callback: (() => void) | undefined;
}

/** A clock that stands still until `advance` moves it. */
export class VirtualClock implements Clock {
  readonly #heap = new BinaryHeap<Timer>(isBefore);
  /** Timers that are set, not fired and not cancelled. Cancelled ones leave the heap when they reach its top. */
  readonly #pending = new Set<Timer>();
  #now: number;
  #set = 0;

  /** @param startMs Milliseconds since 1970. */
  constructor(startMs: number) {
    this.#now = startMs;
  }

  now(): number {
    return this.#now;
  }

  after(ms: number, callback: () => void): () => void {
    const timer: Timer = { due: this.#now + Math.max(0, ms), order: this.#set++, callback };
    this.#heap.push(timer);
    this.#pending.add(timer);
    return () => {
      this.#pending.delete(timer);
      timer.callback = undefined;
    };
  }

  /** When the next timer is due; `undefined` if none is set. */
  get nextDue(): number | undefined {
    this.#dropCancelled();
    return this.#heap.first?.due;
  }

  /** Moves to the next timer and fires it. @returns False if there is none. */
  advance(): boolean {
    this.#dropCancelled();
    const timer = this.#heap.pop();
    if (timer === undefined) return false;
    this.#pending.delete(timer);
    this.#now = Math.max(this.#now, timer.due);
    timer.callback?.();
    return true;
  }

  #dropCancelled(): void {
    for (let top = this.#heap.first; top !== undefined && !this.#pending.has(top); top = this.#heap.first) {
      this.#heap.pop();
    }
  }
}

const isBefore = (a: Timer, b: Timer): boolean => a.due < b.due || (a.due === b.due && a.order < b.order);
