import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from './config.ts';
import { ask, socketOf } from './control.ts';
import type { Daemon } from './daemon.ts';
import { json, serve, type Reply, type Request } from './http.ts';
import type { Log } from './log.ts';
import { peerIdOfConfig } from './peer-key.ts';

/** In the environment of a worker's process: its number, from 0. */
export const WORKER = 'BERYL_WORKER';

/** A worker that ended is started again after this wait, milliseconds; longer each time that it does not live for long. */
const AGAIN_MS = 200;
const AGAIN_MAX_MS = 5000;
const LIVES_MS = 10_000;
/** How long all workers may take to start, milliseconds. */
const START_MS = 30_000;

/** Where a worker keeps its deny lists, and its control socket. */
export const folderOf = (data: string, worker: number): string => join(data, `worker-${worker + 1}`);

/**
 * Starts the workers of a peer as processes of their own, starts each again that ends, and passes on what an operator asks.
 *
 * @param command Starts one worker, with {@link WORKER} in its environment: a program and its arguments.
 * @param write   Takes the lines of the workers' logs.
 */
export async function startWorkers(
  config: Config,
  count: number,
  log: Log,
  command: readonly [string, ...string[]],
  write: (line: string) => void,
): Promise<Daemon> {
  const peerId = peerIdOfConfig(config);
  mkdirSync(config.data, { recursive: true, mode: 0o700 });
  const workers = Array.from({ length: count }, (_, i) => new WorkerProcess(i, command, log, write));
  let isEnded: () => void = () => undefined;
  const ended = new Promise<void>(resolve => (isEnded = resolve));
  let stopping: Promise<void> | undefined;
  let endControl: () => Promise<void> = async () => undefined;
  const socket = socketOf(config.data);
  const stop = (): Promise<void> => {
    stopping ??= (async () => {
      await Promise.all(workers.map(worker => worker.stop(config.graceMs + START_MS)));
      await endControl();
      rmSync(socket, { force: true });
      log.write('info', 'stopped');
      isEnded();
    })();
    return stopping;
  };
  for (const worker of workers) worker.start();
  const folders = workers.map((_, i) => folderOf(config.data, i));
  try {
    await started(folders, workers);
    rmSync(socket, { force: true });
    const begun = Date.now();
    endControl = await serve({ path: socket }, request => {
      if (request.method === 'POST' && request.path === '/stop') {
        setImmediate(() => void stop());
        return json(200, { stopping: true });
      }
      return answer(request, folders, { peerId, begun });
    });
    chmodSync(socket, 0o600);
  } catch (failure) {
    await stop();
    throw failure;
  }
  log.write('info', 'started', { peer: peerId, workers: count });
  return { peerId, addresses: config.nats.servers, stop, ended };
}

async function started(folders: readonly string[], workers: readonly WorkerProcess[]): Promise<void> {
  for (const end = Date.now() + START_MS; ;) {
    const all = await Promise.allSettled(folders.map(folder => ask(folder, 'GET', '/status')));
    if (all.every(({ status }) => status === 'fulfilled')) return;
    if (Date.now() > end || workers.some(({ failures }) => failures > 2))
      throw new Error('the workers did not start: their lines above say why');
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}

/** What all workers answer, as one: numbers of particles are added up, lists are put together. */
async function answer(
  { method, path, query, body }: Request,
  folders: readonly string[],
  { peerId, begun }: { peerId: string; begun: number },
): Promise<Reply> {
  const at = query.size === 0 ? path : `${path}?${query}`;
  const asked = folders.map(folder => ask(folder, method as 'GET' | 'POST', at, body as object | undefined));
  const ends = await Promise.allSettled(asked);
  const all = ends.flatMap(end => (end.status === 'fulfilled' ? [end.value] : []));
  const failed = ends.find(end => end.status === 'rejected');
  if (failed !== undefined && (all.length === 0 || method === 'POST'))
    return json(400, {
      error: failed.reason instanceof Error ? failed.reason.message : String(failed.reason),
    });
  if (path === '/services') return json(200, all[0]);
  if (Array.isArray(all[0])) return json(200, all.flat());
  const records = all as Record<string, unknown>[];
  const total = (name: string): number =>
    records.reduce((sum, record) => sum + (typeof record[name] === 'number' ? record[name] : 0), 0);
  const { addresses, denied, envelopes, policy } = records[0] ?? {};
  const isPaused = records.every(record => record['isPaused'] === true);
  if (path !== '/status')
    return json(200, 'atWork' in (records[0] ?? {}) ? { isPaused, atWork: total('atWork') } : records[0]);
  return json(200, {
    peerId,
    pid: process.pid,
    isPaused,
    atWork: total('atWork'),
    alive: total('alive'),
    addresses,
    connected: [],
    denied,
    envelopes,
    policy,
    upMs: Date.now() - begun,
    workers: records.map(record => ({
      pid: record['pid'],
      partitions: record['partitions'],
      policy: record['policy'],
      atWork: record['atWork'],
    })),
  });
}

/** One worker, in its successive lives. */
class WorkerProcess {
  readonly #number: number;
  readonly #command: readonly [string, ...string[]];
  readonly #log: Log;
  readonly #write: (line: string) => void;
  #child: ChildProcess | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isStopping = false;
  /** Lives in a row that ended soon. */
  failures = 0;

  constructor(
    number: number,
    command: readonly [string, ...string[]],
    log: Log,
    write: (line: string) => void,
  ) {
    this.#number = number;
    this.#command = command;
    this.#log = log;
    this.#write = write;
  }

  start(): void {
    const [program, ...args] = this.#command;
    const begun = Date.now();
    const child = spawn(program, args, {
      env: { ...process.env, [WORKER]: String(this.#number) },
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    });
    this.#child = child;
    let rest = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      const lines = `${rest}${text}`.split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) this.#write(line);
    });
    child.once('exit', (code, signal) => {
      this.#child = undefined;
      if (this.#isStopping) return;
      this.failures = Date.now() - begun < LIVES_MS ? this.failures + 1 : 0;
      const waitMs = Math.min(AGAIN_MS * 2 ** this.failures, AGAIN_MAX_MS);
      const fields = { worker: this.#number + 1, code: code ?? undefined, signal: signal ?? undefined };
      this.#log.write('error', 'a worker has ended, and is started again', { ...fields, waitMs });
      this.#timer = setTimeout(() => this.start(), waitMs);
    });
  }

  /** @param waitMs After so long it is killed. */
  async stop(waitMs: number): Promise<void> {
    this.#isStopping = true;
    clearTimeout(this.#timer);
    const child = this.#child;
    if (child === undefined) return;
    const gone = new Promise<void>(resolve => child.once('exit', () => resolve()));
    const timer = setTimeout(() => child.kill('SIGKILL'), waitMs);
    child.kill('SIGTERM');
    await gone;
    clearTimeout(timer);
  }
}
