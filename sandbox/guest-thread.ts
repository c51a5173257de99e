import { createRequire } from 'node:module';
import { MessageChannel, Worker, type MessagePort } from 'node:worker_threads';
import { invariant } from '../base/assert.ts';
import type { SandboxErrorCode } from './errors.ts';
import { processorTime, Stopwatch, type ProcessorTime } from './stopwatch.ts';
import type { GuestEnd, GuestJob, ThreadMessage } from './thread/protocol.ts';
import type { ThreadData } from './thread/thread-data.ts';

/** Answers what a guest asks for, as text. Never rejects. */
export type AnswerGuest = (text: string) => Promise<string>;

/** A call of a guest, as a thread runs it. */
export interface GuestCall {
  readonly job: GuestJob;
  readonly answer: AnswerGuest;
  /** The call is over: nobody waits for the guest any more. */
  readonly signal: AbortSignal;
  /** The guest waits for the host, or goes on. */
  readonly onWait: (isWaiting: boolean) => void;
}

/** The built file: threads run no TypeScript. */
const WORKER = createRequire(import.meta.url).resolve('#sandbox-worker');

/** Beside the guest's own memory, which is WebAssembly's: the heap and the stack of the thread. */
const RESOURCES = {
  maxOldGenerationSizeMb: 64,
  maxYoungGenerationSizeMb: 16,
  codeRangeSizeMb: 32,
  stackSizeMb: 8,
};

/** How a call ends that was given up. */
export const NOBODY_WAITS = 'its result is no longer awaited';

/** A thread on a busy machine may need seconds to start. */
const START_MS = 30_000;

/**
 * One thread for guests, one call at a time. Code inside built-in functions cannot be interrupted, so a guest that is late is ended with its
 * thread; whoever runs guests then starts another thread.
 */
export class GuestThread {
  readonly #worker: Worker;
  readonly #answers: MessagePort;
  readonly #flag: Int32Array;
  readonly #started: Promise<boolean>;
  #onMessage: (message: ThreadMessage) => void = () => undefined;
  #onExit: (code: SandboxErrorCode) => void = () => undefined;
  #processor: ProcessorTime = () => undefined;
  #isEnded = false;

  constructor() {
    const { port1, port2 } = new MessageChannel();
    const signal = new SharedArrayBuffer(4);
    const data: ThreadData = { answers: port2, signal };
    this.#answers = port1;
    this.#answers.unref();
    this.#flag = new Int32Array(signal);
    this.#worker = new Worker(WORKER, {
      workerData: data,
      transferList: [port2],
      env: {},
      argv: [],
      execArgv: [],
      stdin: false,
      stdout: true,
      stderr: true,
      resourceLimits: RESOURCES,
    });
    this.#worker.unref();
    let isOutOfMemory = false;
    this.#worker.on('error', failure => {
      isOutOfMemory = (failure as { code?: unknown }).code === 'ERR_WORKER_OUT_OF_MEMORY';
    });
    this.#worker.once('exit', () => {
      this.#isEnded = true;
      this.#onExit(isOutOfMemory ? 'ERR_SANDBOX_MEMORY' : 'ERR_SANDBOX_GUEST');
    });
    this.#started = new Promise(resolve => {
      const timer = setTimeout(() => resolve(false), START_MS).unref();
      this.#onMessage = message => {
        clearTimeout(timer);
        if (message.kind === 'ready') this.#processor = processorTime(message.threadOfSystem);
        resolve(message.kind === 'ready');
      };
      this.#onExit = () => resolve(false);
    });
    this.#worker.on('message', (message: ThreadMessage) => this.#onMessage(message));
  }

  /** It cannot be used again. */
  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** Runs one call. Never rejects. */
  async run({ job, answer, signal, onWait }: GuestCall): Promise<GuestEnd> {
    invariant(!this.#isEnded, 'a thread that has ended runs no guests');
    this.#worker.ref();
    try {
      if (!(await this.#started)) {
        this.end();
        return failed('ERR_SANDBOX_BUSY', 'no thread could be started');
      }
      return await this.#run(job, answer, signal, onWait);
    } finally {
      this.#onMessage = () => undefined;
      this.#onExit = () => undefined;
      this.#worker.unref();
    }
  }

  /** Ends the thread, whatever it does. */
  end(): void {
    this.#isEnded = true;
    this.#answers.close();
    void this.#worker.terminate();
  }

  #run(
    job: GuestJob,
    answer: AnswerGuest,
    signal: AbortSignal,
    onWait: GuestCall['onWait'],
  ): Promise<GuestEnd> {
    return new Promise(resolve => {
      const { timeMs } = job.limits;
      const late = (): void =>
        conclude(failed('ERR_SANDBOX_TIME', `it ran for more than ${timeMs} ms`), true);
      const stuck = (): void => conclude(failed('ERR_SANDBOX_BUSY', 'no engine could be started'), true);
      // The engine's own start is not the guest's time.
      let watch = new Stopwatch(START_MS, stuck);
      const abort = (): void => conclude(failed('ERR_SANDBOX_TIME', NOBODY_WAITS), true);
      const conclude = (end: GuestEnd, isLost: boolean): void => {
        watch.stop();
        signal.removeEventListener('abort', abort);
        this.#onMessage = () => undefined;
        if (isLost) this.end();
        resolve(end);
      };
      this.#onExit = code => conclude(failed(code, 'its thread has ended'), true);
      this.#onMessage = message => {
        if (message.kind === 'end') return conclude(message.end, false);
        watch.stop();
        if (message.kind === 'begun') {
          watch = new Stopwatch(timeMs, late, this.#processor);
          watch.start();
        }
        if (message.kind !== 'ask') return undefined;
        onWait(true);
        void answer(message.text).then(text => {
          onWait(false);
          if (this.#isEnded) return;
          watch.start();
          this.#answers.postMessage(text, []);
          Atomics.store(this.#flag, 0, 1);
          Atomics.notify(this.#flag, 0);
        });
        return undefined;
      };
      // It has not begun: the thread is as good as before.
      if (signal.aborted) return conclude(failed('ERR_SANDBOX_TIME', NOBODY_WAITS), false);
      signal.addEventListener('abort', abort);
      watch.start();
      this.#worker.postMessage(job, []);
      return undefined;
    });
  }
}

const failed = (code: SandboxErrorCode, text: string): GuestEnd => ({ kind: 'failed', code, text, steps: 0 });
