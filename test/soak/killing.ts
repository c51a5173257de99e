import { existsSync, readFileSync } from 'node:fs';
import type { Chance } from '../simulation/chance.ts';
import { countEffect, missing, repeated, underTwoKeys, type Effects } from '../simulation/invariants.ts';
import type { Tally } from './plan.ts';

/** Long enough for a particle to wait for peers that are killed again and again, milliseconds. */
export const TTL_MS = 900_000;
const CLIENTS = 8;
const TURN_MS = 20;

/** A peer in a process of its own, which can be killed and started again over the same store. It serves `work.mjs`. */
export interface Victim {
  readonly peerId: string;
  /** Numbers of the pieces of work, each with the keys under which it was done. */
  readonly effects: Effects;
  /** Resolves when it is ready. */
  start(): Promise<void>;
  /** By SIGKILL. */
  kill(): Promise<unknown>;
}

export interface Killing {
  /** How many in all. */
  readonly kills: number;
  readonly chance: Chance;
  readonly victims: readonly [Victim, Victim];
  /** How long a process may take to make progress before it is killed all the same, milliseconds. */
  readonly progressMs: number;
  /** Runs a script as a client of both. */
  readonly run: (script: string) => Promise<unknown>;
  readonly tally: Tally;
}

/** Effects that `work.mjs` has noted. */
export function effectsIn(file: string): Effects {
  const found: Effects = new Map();
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  for (const line of text.split('\n').filter(Boolean)) {
    const [n = '', key = ''] = line.split(' ');
    countEffect(found, n, key);
  }
  return found;
}

/** Clients ask two peers without a pause while both are killed at random moments; afterwards what was lost or repeated is counted. */
export async function killUnderLoad({
  kills,
  chance,
  victims,
  progressMs,
  run,
  tally,
}: Killing): Promise<void> {
  const [one, two] = victims;
  const call = (victim: Victim, what: string): string => `(call "${victim.peerId}" ("work" ${what}`;
  // The particle comes home through the first peer: a client may have no connection with the second one.
  const home = (names: string): string =>
    `(seq ${call(one, '"list") [] last)')} (call %init_peer_id% ("callbackSrv" "response") [${names}]))`;
  let n = 0;
  const load = { isOver: false };
  const acknowledged: number[] = [];
  const ask = async (): Promise<void> => {
    const [a, b] = [++n, ++n];
    tally.particles += 1;
    const end = await run(
      `(seq (seq ${call(one, `"do") [${a}] x)`)} ${call(two, `"do") [${b}] y)`)}) ${home('x y')})`,
    ).catch((failure: unknown) => failure as { code: string });
    if (Array.isArray(end)) acknowledged.push(a, b);
    // The client learns after 3 s that a peer is away; the particle goes on all the same.
    else if ((end as { code?: string }).code !== 'ERR_STARTED_SEND') {
      tally.stuck += 1;
      console.log(`stuck after ${tally.kills} kills: ${String(end)}`);
    }
  };
  const client = async (): Promise<void> => {
    while (!load.isOver) await ask();
  };
  const progress = async (victim: Victim): Promise<void> => {
    const before = victim.effects.size;
    for (let waited = 0; waited < progressMs && victim.effects.size === before; waited += TURN_MS)
      await new Promise(resolve => setTimeout(resolve, TURN_MS));
  };
  const killer = async (victim: Victim, times: number): Promise<void> => {
    for (let i = 0; i < times; i++) {
      await new Promise(resolve => setTimeout(resolve, 100 + chance.below(300)));
      // On a busy machine a process needs longer before it has done anything that a kill could undo.
      await progress(victim);
      await victim.kill();
      tally.kills += 1;
      await victim.start();
    }
  };
  const clients = Array.from({ length: CLIENTS }, client);
  const half = Math.floor(kills / 2);
  try {
    await Promise.all([killer(one, half), killer(two, kills - half)]);
  } finally {
    load.isOver = true;
  }
  await Promise.all(clients);

  const done: number[] = [];
  for (const victim of victims) {
    // There, too, it goes through the first peer.
    const script = `(seq ${call(one, '"list") [] first)')} (seq ${call(victim, '"list") [] all)')} ${home('all')}))`;
    const listed = (await run(script)) as number[];
    tally.doneTwice += repeated(listed).length + underTwoKeys(victim.effects).length;
    done.push(...listed);
  }
  tally.lostResults += missing(acknowledged, done).length;
}
