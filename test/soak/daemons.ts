import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect, type Client } from '../../client/index.ts';
import { Chance } from '../simulation/chance.ts';
import type { Effects } from '../simulation/invariants.ts';
import { seedOf } from '../support/cast.ts';
import { DaemonProcess } from '../support/daemons.ts';
import { effectsIn, killUnderLoad, TTL_MS, type Victim } from './killing.ts';
import type { Tally } from './plan.ts';

/** After failures a peer waits so long at most before it sends a particle again, milliseconds. */
const RESEND_MAX_MS = 60_000;

/** A peer of `beryl peer start`, with libp2p and SQLite. */
class Daemon implements Victim {
  readonly #process: DaemonProcess;
  readonly #tally: Tally;

  constructor(process: DaemonProcess, tally: Tally) {
    this.#process = process;
    this.#tally = tally;
  }

  get peerId(): string {
    return this.#process.peerId;
  }

  get effects(): Effects {
    return effectsIn(join(this.#process.folder, 'effects.txt'));
  }

  start(): Promise<void> {
    return this.#process.start();
  }

  kill(): Promise<unknown> {
    const { shown } = this.#process;
    this.#tally.unhandled += shown.split('rejected, and nothing awaits it').length - 1;
    this.#tally.convictions += shown.split('ERR_RUN_14').length - 1;
    return this.#process.end('SIGKILL');
  }
}

/** A client over libp2p asks two peers of `beryl peer`, which are killed again and again. */
export async function playDaemons(kills: number, seed: number, tally: Tally): Promise<void> {
  const files = { 'work.mjs': readFileSync(join(import.meta.dirname, 'work.mjs'), 'utf8') };
  const [a, b] = [await DaemonProcess.init(files), await DaemonProcess.init(files)];
  for (const [one, other] of [
    [a, b],
    [b, a],
  ] as const) {
    one.set('peers', [other.address]);
    one.set('services', [{ kind: 'module', path: './work.mjs' }]);
  }
  const victims = [new Daemon(a, tally), new Daemon(b, tally)] as const;
  let alice: Client | undefined;
  try {
    await Promise.all(victims.map(victim => victim.start()));
    const client = await connect({ address: a.address, secretKey: seedOf('alice'), connectMs: 60_000 });
    alice = client;
    const run = (script: string): Promise<unknown> => client.run(script, { ttlMs: TTL_MS });
    const chance = new Chance(seed);
    await killUnderLoad({ kills, chance, victims, progressMs: RESEND_MAX_MS, run, tally });
  } finally {
    await alice?.close();
    for (const victim of victims) await victim.kill();
  }
}
