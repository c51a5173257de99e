import { fork, type ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { toHex } from '../../base/bytes.ts';
import {
  createPeer,
  type Particle,
  type HopAnswer,
  type Receive,
  type SendReport,
} from '../../peer/index.ts';
import { reportOf } from '../../peer/transports/memory.ts';
import { idOf, seedOf } from '../support/cast.ts';
import { Chance } from '../simulation/chance.ts';
import type { Effects } from '../simulation/invariants.ts';
import { effectsIn, killUnderLoad, TTL_MS, type Victim } from './killing.ts';
import type { Tally } from './plan.ts';

const WORKERS = ['bob', 'carol'] as const;
const LATE: SendReport = { ok: false, kind: 'transient', reason: 'the process is gone' };

type FromChild =
  | { readonly kind: 'ready' }
  | { readonly kind: 'send'; readonly id: number; readonly to: string; readonly particle: Particle }
  | { readonly kind: 'receipt'; readonly id: number; readonly receipt: HopAnswer }
  | { readonly kind: 'refused'; readonly stage: string; readonly code: string }
  | { readonly kind: 'unhandled' };

/** A process may be killed while a message is on its way to it. */
const noMatter = (): void => undefined;

/** A peer in a process of its own, which can be killed and started again over the same store. */
class Worker implements Victim {
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

  get peerId(): string {
    return idOf(this.name);
  }

  get effects(): Effects {
    return effectsIn(this.#files[1]);
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
  let receive: Receive | undefined;
  const route = async (from: string, to: string, particle: Particle): Promise<SendReport> => {
    if (to === idOf('alice')) return receive === undefined ? LATE : reportOf(await receive(particle, from));
    return (workers.find(({ peerId }) => peerId === to) as Worker).deliver(from, particle);
  };
  const [bob, carol] = WORKERS.map(name => new Worker(name, folder, tally, route));
  const workers = [bob as Worker, carol as Worker] as const;
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
  const run = (script: string): Promise<unknown> => alice.run(script, { ttlMs: TTL_MS }).done;
  const chance = new Chance(seed);
  await killUnderLoad({ kills, chance, victims: workers, progressMs: 2000, run, tally });
  await alice.stop();
  for (const worker of workers) await worker.kill();
}
