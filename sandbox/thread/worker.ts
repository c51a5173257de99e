import { readlinkSync } from 'node:fs';
import { getPriority, setPriority } from 'node:os';
import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import type { QuickJSWASMModule } from 'quickjs-emscripten';
import type { GuestEnd, GuestJob, ThreadMessage } from './protocol.ts';
import { blockingAsk } from './blocking-ask.ts';
import { freshEngine } from './engine.ts';
import { runJavaScript } from './javascript-guest.ts';
import type { ThreadData } from './thread-data.ts';
import { runWasm } from './wasm-guest.ts';

// A thread of guests: it runs one call at a time. Whatever goes wrong here, the host ends the thread.

const port = parentPort as MessagePort;
const send = (message: ThreadMessage): void => port.postMessage(message);
const ask = blockingAsk(workerData as ThreadData);

/** An engine for the next call, made while nothing else is to do. */
let spare: { readonly memoryBytes: number; readonly engine: Promise<QuickJSWASMModule> } | undefined;

/** Guests wait behind the peer. Only Linux counts the priority by thread. */
const PRIORITY_BELOW = 5;
const PRIORITY_LEAST = 19;

prepareThread();
port.on('message', (job: GuestJob) => {
  void run(job).then(end => {
    send({ kind: 'end', end });
    if (job.kind === 'javascript') prepareEngine(job.limits.memoryBytes);
  });
});
send({ kind: 'ready', ...threadOfSystem() });

async function run(job: GuestJob): Promise<GuestEnd> {
  const now = job.grants.clock ?? 0;
  // The engine reads the clock of this thread.
  Date.now = () => now;
  if (job.kind === 'wasm') {
    send({ kind: 'begun' });
    return runWasm(job, ask);
  }
  try {
    const engine = await takeEngine(job.limits.memoryBytes);
    send({ kind: 'begun' });
    return runJavaScript(engine, job, ask);
  } catch (failure) {
    const isMissing = (failure as { code?: unknown }).code === 'ERR_MODULE_NOT_FOUND';
    return isMissing
      ? { kind: 'failed', code: 'ERR_SANDBOX_PACKAGE', text: 'quickjs-emscripten is missing', steps: 0 }
      : { kind: 'failed', code: 'ERR_SANDBOX_MEMORY', text: 'the engine could not start', steps: 0 };
  }
}

function takeEngine(memoryBytes: number): Promise<QuickJSWASMModule> {
  const taken = spare;
  spare = undefined;
  return taken?.memoryBytes === memoryBytes ? taken.engine : freshEngine(memoryBytes);
}

function prepareEngine(memoryBytes: number): void {
  const engine = freshEngine(memoryBytes);
  // It is asked for again when it is needed, and fails then.
  engine.catch(() => undefined);
  spare = { memoryBytes, engine };
}

function prepareThread(): void {
  // The time zone of this machine is none of a guest's business.
  const { prototype } = Date;
  prototype.getTimezoneOffset = () => 0;
  if (process.platform !== 'linux') return;
  try {
    setPriority(Math.min(PRIORITY_LEAST, getPriority() + PRIORITY_BELOW));
  } catch {
    // A system that forbids it runs guests as everything else.
  }
}

/** The number under which Linux counts the time of this thread. */
function threadOfSystem(): { threadOfSystem?: string } {
  try {
    const number = /\d+$/.exec(readlinkSync('/proc/thread-self'))?.[0];
    return number === undefined ? {} : { threadOfSystem: number };
  } catch {
    return {};
  }
}
