/** Events that wait together at most, and bytes of data that they may hold. */
const EVENTS_MAX = 256;
const BYTES_MAX = 4 * 1024 * 1024;

interface HostProcess {
  on(event: 'exit', listener: () => void): unknown;
}

/** Timers of Node: one that is not referenced does not keep the process alive. */
interface Timer {
  unref?(): void;
}

/** Queues with events that wait. A process that ends by itself, or by an error that it did not catch, handles them first. */
const waiting = new Set<EventQueue>();
let isListening = false;

function listen(): void {
  if (isListening) return;
  isListening = true;
  const { process } = globalThis as { process?: HostProcess };
  process?.on('exit', () => {
    for (const queue of waiting) queue.run();
  });
}

/**
 * Events wait a little and are handled together, in order: between runs the code that handles one event is cold, and takes three times as long.
 */
export class EventQueue {
  readonly #delayMs: number;
  readonly #written: () => void;
  readonly #fail: (failure: unknown) => void;
  #events: (() => void)[] = [];
  #bytes = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /**
   * @param delayMs Milliseconds that an event waits; 0: it is handled at once, and its failure is thrown.
   * @param written Called after events that were handled together.
   * @param fail    Called with the failure of an event that waited.
   */
  constructor(delayMs: number, written: () => void, fail: (failure: unknown) => void) {
    this.#delayMs = delayMs;
    this.#written = written;
    this.#fail = fail;
  }

  /** @param bytes Of data that the event keeps in memory. */
  add(event: () => void, bytes = 0): void {
    if (this.#delayMs === 0) {
      event();
      this.#written();
      return;
    }
    this.#events.push(event);
    this.#bytes += bytes;
    if (this.#events.length >= EVENTS_MAX || this.#bytes > BYTES_MAX) {
      this.run();
      return;
    }
    if (this.#timer !== undefined) return;
    listen();
    waiting.add(this);
    this.#timer = setTimeout(() => this.run(), this.#delayMs);
    (this.#timer as Timer).unref?.();
  }

  /** Handles what waits. Never throws. */
  run(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    waiting.delete(this);
    if (this.#events.length === 0) return;
    const events = this.#events;
    this.#events = [];
    this.#bytes = 0;
    try {
      for (const event of events) event();
      this.#written();
    } catch (failure) {
      this.#fail(failure);
    }
  }
}
