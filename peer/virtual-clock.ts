import type { Clock } from './ports.ts';

interface Timer {
  readonly due: number;
  /** Timers of one moment fire in the order in which they were set. */
  readonly order: number;
  readonly callback: () => void;
}

/** A clock that stands still until told to move. Timers are a binary heap. */
export class VirtualClock implements Clock {
  readonly #heap: Timer[] = [];
  /** Set and neither fired nor cancelled; cancelled timers leave the heap when they come to its top. */
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
    this.#push(timer);
    this.#pending.add(timer);
    return () => this.#pending.delete(timer);
  }

  /** When the next timer is due; `undefined` if none is set. */
  get nextDue(): number | undefined {
    this.#dropCancelled();
    return this.#heap[0]?.due;
  }

  /** Moves to the next timer and fires it. @returns False if there is none. */
  advance(): boolean {
    this.#dropCancelled();
    const timer = this.#pop();
    if (timer === undefined) return false;
    this.#pending.delete(timer);
    this.#now = Math.max(this.#now, timer.due);
    timer.callback();
    return true;
  }

  #dropCancelled(): void {
    for (let top = this.#heap[0]; top !== undefined && !this.#pending.has(top); top = this.#heap[0]) {
      this.#pop();
    }
  }

  #push(timer: Timer): void {
    const heap = this.#heap;
    let at = heap.push(timer) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(timer, heap[parent] as Timer)) break;
      heap[at] = heap[parent] as Timer;
      at = parent;
    }
    heap[at] = timer;
  }

  #pop(): Timer | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1] as Timer, heap[child] as Timer)) child += 1;
      if (!isBefore(heap[child] as Timer, last)) break;
      heap[at] = heap[child] as Timer;
      at = child;
    }
    heap[at] = last;
    return first;
  }
}

const isBefore = (a: Timer, b: Timer): boolean => a.due < b.due || (a.due === b.due && a.order < b.order);
