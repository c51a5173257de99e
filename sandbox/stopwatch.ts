import { readFileSync } from 'node:fs';

/** Turns of the event loop in which an answer that has come already is read, before a guest counts as late. */
const LATE_TURNS = 2;

/** On a machine so busy that a thread gets less than this part of the time, it counts as late all the same. */
const SHARE_LEAST = 1 / 8;

/** Milliseconds between two looks at the time that a thread has had. */
const LOOK_MS = 20;

/** Milliseconds of a processor that a thread has had so far. */
export type ProcessorTime = () => number | undefined;

/** @returns What Linux counts for a thread; elsewhere nothing. */
export function processorTime(threadOfSystem: string | undefined): ProcessorTime {
  return () => {
    if (threadOfSystem === undefined) return undefined;
    try {
      const [nanoseconds] = readFileSync(`/proc/self/task/${threadOfSystem}/schedstat`, 'utf8').split(' ');
      return Number(nanoseconds) / 1e6;
    } catch {
      return undefined;
    }
  };
}

/**
 * Measures the time in which a guest runs, and tells when it is over: time of a processor where the system counts it, so that a busy machine
 * makes no guest late; else time of the clock.
 */
export class Stopwatch {
  readonly #late: () => void;
  readonly #processor: ProcessorTime;
  #leftMs: number;
  #sinceMs = 0;
  #processorSinceMs: number | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(timeMs: number, late: () => void, processor: ProcessorTime = () => undefined) {
    this.#leftMs = timeMs;
    this.#late = late;
    this.#processor = processor;
  }

  start(): void {
    this.#sinceMs = performance.now();
    this.#processorSinceMs = this.#processor();
    this.#look(this.#leftMs);
  }

  stop(): void {
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#leftMs -= this.#usedMs();
  }

  #look(afterMs: number): void {
    const timer = setTimeout(() => this.#afterTurns(timer, LATE_TURNS), Math.max(1, afterMs));
    this.#timer = timer;
  }

  /** This process may have been busy while the guest has answered. */
  #afterTurns(timer: NodeJS.Timeout, turns: number): void {
    if (this.#timer !== timer) return;
    if (turns > 0) {
      setImmediate(() => this.#afterTurns(timer, turns - 1));
      return;
    }
    const restMs = this.#leftMs - this.#usedMs();
    const isStarved = performance.now() - this.#sinceMs > this.#leftMs / SHARE_LEAST;
    if (restMs > 0 && !isStarved) this.#look(Math.max(restMs, LOOK_MS));
    else this.#late();
  }

  #usedMs(): number {
    const processorMs = this.#processor();
    if (processorMs === undefined || this.#processorSinceMs === undefined)
      return performance.now() - this.#sinceMs;
    return processorMs - this.#processorSinceMs;
  }
}
