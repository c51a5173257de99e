import { fork, type ChildProcess } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { toHex } from '../../base/bytes.ts';
import { createPeer, type Particle, type Receipt, type Receive, type SendReport } from '../../peer/index.ts';
import { reportOf } from '../../peer/transports/memory.ts';
import { idOf, seedOf, withIds } from '../support/cast.ts';
import { Chance, type Tally } from './plan.ts';

const WORKERS = ['bob', 'carol'] as const;
const TTL_MS = 300_000;
const LATE: SendReport = { ok: false, kind: 'transient', reason: 'the process is gone' };

type FromChild =
  | { readonly kind: 'ready' }
  | { readonly kind: 'send'; readonly id: number; readonly to: string; readonly particle: Particle }
  | { readonly kind: 'receipt'; readonly id: number; readonly receipt: Receipt }
  | { readonly kind: 'refused'; readonly stage: string; readonly code: string }
  | { readonly kind: 'unhandled' };

/** A process may be killed while a message is on its way to it. */
const noMatter = (): void => undefined;

/** A peer in a process of its own, which can be killed and started again over the same store. */
class Worker {
  readonly name: string;
  readonly #files: readonly [store: string, effects: string];
  readonly #route: (from: string, to: string, particle: Particle) => Promise<SendReport>;
  readonly #tally: Tally;
  readonly #waiting = new Map<number, (report: SendReport) => void>();
  #child: ChildProcess | undefined;
  #sent = 0;

  constructor(
    name: string,
    folder: string,
    tally: Tally,
    route: (from: string, to: string, particle: Particle) => Promise<SendReport>,
  ) {
    this.name = name;
    this.#files = [join(folder, `process-${name}.sqlite`), join(folder, `process-${name}.effects`)];
    this.#tally = tally;
    this.#route = route;
    writeFileSync(this.#files[1], '');
  }

  /** Numbers of the pieces of work, each with the keys under which it was done. */
  get effects(): Map<string, Set<string>> {
    const found = new Map<string, Set<string>>();
    for (const line of readFileSync(this.#files[1], 'utf8').split('\n').filter(Boolean)) {
      const [n = '', key = ''] = line.split(' ');
      found.set(n, (found.get(n) ?? new Set()).add(key));
    }
    return found;
  }

  start(): Promise<void> {
    const program = join(import.meta.dirname, 'peer-process.mjs');
    const args = [this.name, ...this.#files, toHex(seedOf(this.name))];
    const child = fork(program, args, {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    child.on('error', noMatter);
    this.#child = child;
    return new Promise(resolve => {
      child.on('message', (message: FromChild) => {
        if (message.kind === 'ready') resolve();
        else this.#hear(child, message);
      });
    });
  }

  #hear(child: ChildProcess, message: FromChild): void {
    if (message.kind === 'unhandled') this.#tally.unhandled += 1;
    if (message.kind === 'refused' && message.stage === 'verification') this.#tally.convictions += 1;
    if (message.kind === 'receipt') {
      this.#waiting.get(message.id)?.(reportOf(message.receipt));
      this.#waiting.delete(message.id);
    }
    if (message.kind === 'send') {
      const { id, to, particle } = message;
      void this.#route(idOf(this.name), to, particle).then(report => {
        if (child.connected) child.send({ kind: 'report', id, report }, noMatter);
      });
    }
  }

  deliver(from: string, particle: Particle): Promise<SendReport> {
    const child = this.#child;
    if (child?.connected !== true) return Promise.resolve(LATE);
    return new Promise(resolve => {
      const id = ++this.#sent;
      this.#waiting.set(id, resolve);
      child.send({ kind: 'particle', id, from, particle }, failure => {
        if (failure !== null) resolve(LATE);
      });
    });
  }

  async kill(): Promise<void> {
    const child = this.#child as ChildProcess;
    const gone = new Promise(resolve => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
    for (const resolve of this.#waiting.values()) resolve(LATE);
    this.#waiting.clear();
  }
}

/** A client in this process asks two peers in processes of their own, which are killed again and again. */
export async function playProcesses(
  kills: number,
  seed: number,
  folder: string,
  tally: Tally,
): Promise<void> {
  const chance = new Chance(seed);
  let receive: Receive | undefined;
  const route = async (from: string, to: string, particle: Particle): Promise<SendReport> => {
    if (to === idOf('alice')) return receive === undefined ? LATE : reportOf(await receive(particle, from));
    return (workers.find(({ name }) => idOf(name) === to) as Worker).deliver(from, particle);
  };
  const workers = WORKERS.map(name => new Worker(name, folder, tally, route));
  const alice = createPeer({
    secretKey: seedOf('alice'),
    transport: {
      start: receiver => void (receive = receiver),
      send: (to, particle) => route(idOf('alice'), to, particle),
      stop: () => undefined,
    },
    observer: {
      refused: ({ stage }) => {
        if (stage === 'verification') tally.convictions += 1;
      },
    },
  });
  await Promise.all([alice.start(), ...workers.map(worker => worker.start())]);

  let n = 0;
  const load = { isOver: false };
  const acknowledged: number[] = [];
  const ask = async (): Promise<void> => {
    const [one, two] = [++n, ++n];
    const script =
      withIds(`(seq (seq (call "bob" ("work" "do") [${one}] x) (call "carol" ("work" "do") [${two}] y))
      (call "alice" ("callbackSrv" "response") [x y]))`);
    tally.particles += 1;
    const end = await alice
      .run(script, { ttlMs: TTL_MS })
      .done.catch((failure: { code: string }) => failure.code);
    if (Array.isArray(end)) acknowledged.push(one, two);
    // The client learns after 3 s that a peer is away; the particle goes on all the same.
    else if (end !== 'ERR_STARTED_SEND') tally.stuck += 1;
  };
  const client = async (): Promise<void> => {
    while (!load.isOver) await ask();
  };
  const clients = Array.from({ length: 8 }, client);
  const killer = async (worker: Worker, times: number): Promise<void> => {
    for (let i = 0; i < times; i++) {
      await new Promise(resolve => setTimeout(resolve, 100 + chance.below(300)));
      await worker.kill();
      tally.kills += 1;
      await worker.start();
    }
  };
  const half = Math.floor(kills / 2);
  await Promise.all([killer(workers[0] as Worker, half), killer(workers[1] as Worker, kills - half)]);
  load.isOver = true;
  await Promise.all(clients);
  await count(alice, workers, acknowledged, tally);
  await alice.stop();
  for (const worker of workers) await worker.kill();
}

async function count(
  alice: ReturnType<typeof createPeer>,
  workers: readonly Worker[],
  acknowledged: readonly number[],
  tally: Tally,
): Promise<void> {
  const done: number[] = [];
  for (const { name, effects } of workers) {
    const script = withIds(
      `(seq (call "${name}" ("work" "list") [] all) (call "alice" ("callbackSrv" "response") [all]))`,
    );
    const listed = (await alice.run(script, { ttlMs: TTL_MS }).done) as number[];
    tally.doneTwice += listed.length - new Set(listed).size;
    for (const keys of effects.values()) if (keys.size > 1) tally.doneTwice += 1;
    done.push(...listed);
  }
  tally.lostResults += acknowledged.filter(number => !done.includes(number)).length;
}
