import { availableParallelism } from 'node:os';
import { invariant } from '../base/assert.ts';
import { checkOptions, isCount } from '../base/options.ts';
import type { SandboxErrorCode } from './errors.ts';
import { GuestThread, NOBODY_WAITS, type GuestCall } from './guest-thread.ts';
import type { GuestEnd } from './thread/protocol.ts';

/** The options of {@link createSandboxPool}. */
export interface SandboxPoolOptions {
  /** Guests that run at a time. Left out: one less than this machine has cores, at least 1. */
  readonly threads?: number;
  /** Calls of one service that wait for a thread; 32 if left out. */
  readonly waitingPerService?: number;
  /** Calls of all services that wait; 1 024 if left out. */
  readonly waiting?: number;
}

/** The threads in which guests run. See {@link createSandboxPool}. */
export interface SandboxPool {
  /** Calls that run, or wait for the host. */
  readonly running: number;
  /** Calls that wait for a thread. */
  readonly waiting: number;
  /** Threads, idle ones included. */
  readonly threads: number;
  /** @internal */
  run(service: object, call: Omit<GuestCall, 'onWait'>): Promise<GuestEnd>;
  /** Ends all threads. Calls under way fail, later ones are refused, with `ERR_SANDBOX_CLOSED`. */
  close(): void;
}

/** Threads for each guest that may run: guests that wait for the host hold one each, and take no time of a processor. */
const THREADS_PER_RUN = 8;

/**
 * Makes threads for guests. Services whose calls wait take turns, so one that floods the pool delays its own calls first. Without a pool of
 * their own, all services of a process share one. Idle threads do not keep the process alive.
 *
 * @throws {TypeError} If an option is misspelt or no number.
 * @example
 * const pool = createSandboxPool({ threads: 2 });
 * const shop = await sandboxed(source, { id: 'shop', functions, pool });
 */
export function createSandboxPool(options: SandboxPoolOptions = {}): SandboxPool {
  checkOptions('createSandboxPool', options, {
    threads: isPositiveCount,
    waitingPerService: isCount,
    waiting: isCount,
  });
  return new ThreadPool(options);
}

let shared: SandboxPool | undefined;

/** The pool of services that have none of their own. */
export const sharedPool = (): SandboxPool => (shared ??= createSandboxPool());

const isPositiveCount = (value: unknown): string | undefined =>
  Number.isSafeInteger(value) && (value as number) > 0 ? undefined : 'an integer of 1 or more';

interface Waiting {
  readonly call: Omit<GuestCall, 'onWait'>;
  readonly resolve: (end: GuestEnd) => void;
  /** Takes it out of the line, when nobody waits for it any more. */
  readonly leave: () => void;
}

class ThreadPool implements SandboxPool {
  readonly #most: number;
  readonly #waitingPerService: number;
  readonly #waitingMax: number;
  /** By service, the one whose turn is next first. */
  readonly #queues = new Map<object, Waiting[]>();
  readonly #idle: GuestThread[] = [];
  readonly #busy = new Set<GuestThread>();
  /** Threads that each service holds. */
  readonly #held = new Map<object, number>();
  #waiting = 0;
  /** Guests that wait for the host. */
  #blocked = 0;
  #isClosed = false;

  constructor({ threads, waitingPerService = 32, waiting = 1024 }: SandboxPoolOptions) {
    this.#most = threads ?? Math.max(1, availableParallelism() - 1);
    this.#waitingPerService = waitingPerService;
    this.#waitingMax = waiting;
  }

  get running(): number {
    return this.#busy.size;
  }

  get waiting(): number {
    return this.#waiting;
  }

  get threads(): number {
    return this.#busy.size + this.#idle.length;
  }

  run(service: object, call: Omit<GuestCall, 'onWait'>): Promise<GuestEnd> {
    if (this.#isClosed) return Promise.resolve(failed('ERR_SANDBOX_CLOSED', 'the sandbox was closed'));
    if (call.signal.aborted) return Promise.resolve(givenUp());
    const queue = this.#queues.get(service) ?? [];
    if (queue.length >= this.#waitingPerService || this.#waiting >= this.#waitingMax)
      return Promise.resolve(failed('ERR_SANDBOX_BUSY', 'too many calls wait for a thread'));
    return new Promise(resolve => {
      const waiting = { call, resolve, leave: () => this.#leave(service, waiting) };
      call.signal.addEventListener('abort', waiting.leave);
      queue.push(waiting);
      this.#queues.set(service, queue);
      this.#waiting += 1;
      this.#next();
    });
  }

  close(): void {
    this.#isClosed = true;
    for (const { call, resolve, leave } of [...this.#queues.values()].flat()) {
      call.signal.removeEventListener('abort', leave);
      resolve(failed('ERR_SANDBOX_CLOSED', 'the sandbox was closed'));
    }
    this.#queues.clear();
    this.#waiting = 0;
    for (const thread of [...this.#idle.splice(0), ...this.#busy]) thread.end();
  }

  /** A call that was given up takes no place in the line, and no thread. */
  #leave(service: object, waiting: Waiting): void {
    waiting.call.signal.removeEventListener('abort', waiting.leave);
    const rest = (this.#queues.get(service) ?? []).filter(other => other !== waiting);
    if (rest.length > 0) this.#queues.set(service, rest);
    else this.#queues.delete(service);
    this.#waiting -= 1;
    waiting.resolve(givenUp());
  }

  #next(): void {
    while (this.#hasRoom()) {
      const taken = this.#take();
      if (taken === undefined) return;
      void this.#start(taken.service, taken.waiting);
    }
  }

  #hasRoom(): boolean {
    return this.#busy.size - this.#blocked < this.#most && this.#free > 0;
  }

  get #free(): number {
    return this.#most * THREADS_PER_RUN - this.#busy.size;
  }

  /**
   * The first call of the first service that may have another thread; it then goes to the end of the line. A service gets one only while more
   * are free than it holds. So guests of one service whose calls hang hold half of all threads at most, and others find one while fewer
   * services hang than there are threads.
   */
  #take(): { readonly service: object; readonly waiting: Waiting } | undefined {
    for (const [service, queue] of this.#queues) {
      if ((this.#held.get(service) ?? 0) >= this.#free) continue;
      const waiting = queue.shift();
      invariant(waiting !== undefined, 'a service without calls stands in no line');
      this.#waiting -= 1;
      waiting.call.signal.removeEventListener('abort', waiting.leave);
      this.#queues.delete(service);
      if (queue.length > 0) this.#queues.set(service, queue);
      return { service, waiting };
    }
    return undefined;
  }

  #hold(service: object, change: 1 | -1): void {
    const held = (this.#held.get(service) ?? 0) + change;
    if (held === 0) this.#held.delete(service);
    else this.#held.set(service, held);
  }

  /** A thread may end while it is idle, for instance when the system has no memory for the next engine. */
  #living(): GuestThread | undefined {
    let thread = this.#idle.pop();
    while (thread?.isEnded === true) thread = this.#idle.pop();
    return thread;
  }

  async #start(service: object, { call, resolve }: Waiting): Promise<void> {
    const thread = this.#living() ?? new GuestThread();
    this.#busy.add(thread);
    this.#hold(service, 1);
    let isBlocked = false;
    const onWait = (isWaiting: boolean): void => {
      if (isWaiting !== isBlocked) this.#blocked += isWaiting ? 1 : -1;
      isBlocked = isWaiting;
      if (isWaiting) this.#next();
    };
    const end = await thread.run({ ...call, onWait });
    onWait(false);
    this.#busy.delete(thread);
    this.#hold(service, -1);
    if (!thread.isEnded && this.#idle.length < this.#most && !this.#isClosed) this.#idle.push(thread);
    else thread.end();
    resolve(this.#isClosed ? failed('ERR_SANDBOX_CLOSED', 'the sandbox was closed') : end);
    this.#next();
  }
}

const givenUp = (): GuestEnd => failed('ERR_SANDBOX_TIME', NOBODY_WAITS);

const failed = (code: SandboxErrorCode, text: string): GuestEnd => ({ kind: 'failed', code, text, steps: 0 });
