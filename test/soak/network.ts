import { join } from 'node:path';
import { z } from 'zod';
import { toHex } from '../../base/bytes.ts';
import { memoryStore, sqliteStore, type Clock, type ParticleRun, type RunFailure } from '../../peer/index.ts';
import { defineService, startService } from '../../services/index.ts';
import { idOf, withIds, withNames } from '../support/cast.ts';
import { Survivor } from '../support/crash.ts';
import { Stage } from '../support/stage.ts';
import { Chance, type Tally } from './plan.ts';

const NAMES = ['alice', 'bob', 'carol', 'dave'] as const;
const TTL_MS = 120_000;
/** Faults, restarts and clock jumps happen within this time. */
const TROUBLE_MS = 15_000;
/** What handlers do. Some are hostile, or broken. */
const MANNERS = ['quick', 'quick', 'slow', 'slower', 'throws', 'hangs', 'no-json', 'late-write'] as const;

/** One piece of work, with the keys under which it was done. */
type Effects = Map<string, Set<string>>;

function worker(name: string, clock: Clock, effects: Effects) {
  const wait = (ms: number): Promise<void> => new Promise(resolve => void clock.after(ms, resolve));
  return startService(
    defineService({
      id: 'work',
      state: { done: [] as number[] },
      functions: {
        do: {
          arguments: { n: z.int(), manner: z.enum(MANNERS) },
          guards: {},
          timeoutMs: 2000,
          async handler({ n, manner }, call) {
            const keys = effects.get(`${name} ${n}`) ?? new Set();
            effects.set(`${name} ${n}`, keys.add(call.idempotencyKey));
            if (manner === 'slow') await wait(50);
            if (manner === 'slower') await wait(900);
            if (manner === 'throws') throw new Error('broken');
            if (manner === 'hangs') await new Promise(() => undefined);
            if (manner === 'no-json') return Number.NaN;
            call.state.done.push(n);
            if (manner === 'late-write')
              void wait(3000)
                .then(() => call.state.done.push(-n))
                .catch(() => undefined);
            return n;
          },
        },
      },
    }),
  );
}

/** A script of random shape; each of its calls has a number of its own. */
function scriptOf(chance: Chance, next: () => number, depth = 0): string {
  if (depth === 3 || chance.is(0.3)) {
    return `(call "${chance.of(NAMES)}" ("work" "do") [${next()} "${chance.of(MANNERS)}"])`;
  }
  const kind = chance.of(['seq', 'seq', 'par', 'xor']);
  return `(${kind} ${scriptOf(chance, next, depth + 1)} ${scriptOf(chance, next, depth + 1)})`;
}

/** One network of four peers in trouble, on virtual time. */
export async function playNetwork(seed: number, folder: string, tally: Tally): Promise<void> {
  const chance = new Chance(seed);
  const stage = new Stage(seed);
  const effects: Effects = new Map();
  const skews = new Map<string, number>();
  const isOnDisk = chance.is(0.3);
  const peers = NAMES.map(name => {
    const clock: Clock = {
      now: () => stage.clock.now() + (skews.get(name) ?? 0),
      after: (ms, then) => stage.clock.after(ms, then),
    };
    const ports = () => ({
      clock,
      transport: stage.network.join(idOf(name)),
      services: [worker(name, stage.clock, effects)],
    });
    const path = join(folder, `${seed}-${name}.sqlite`);
    return new Survivor(name, ports, isOnDisk ? sqliteStore(path, { synchronous: 'normal' }) : memoryStore());
  });
  for (const peer of peers) await peer.start();

  let count = 0;
  const runs: ParticleRun[] = [];
  const starters: Survivor[] = [];
  const start = (): void => {
    const script = `(seq (xor ${scriptOf(chance, () => ++count)} (null)) (call %init_peer_id% ("callbackSrv" "response") []))`;
    const starter = chance.of(peers);
    starters.push(starter);
    runs.push(starter.peer.run(withIds(script), { ttlMs: TTL_MS }));
  };
  const trouble = troubles(chance, stage, peers, skews, tally);
  for (let i = 0; i < 12; i++) stage.clock.after(chance.below(TROUBLE_MS), start);
  for (let i = 0; i < 8; i++) stage.clock.after(chance.below(TROUBLE_MS), () => void trouble.begin());
  await stage.pass(TROUBLE_MS + 1000);
  await trouble.end();

  let isOver = false;
  const ended = Promise.allSettled(runs.map(({ done }) => done)).then(ends => {
    isOver = true;
    return ends;
  });
  await stage.until(() => isOver, `the end of network ${seed}`);
  await stage.pass(3000);
  tally.particles += runs.length;
  for (const [i, end] of (await ended).entries()) {
    const failure = end.status === 'rejected' ? (end.reason as RunFailure) : undefined;
    if (failure?.code !== 'ERR_STARTED_EXPIRED' && failure?.code !== 'ERR_STARTED_INTERPRETATION') continue;
    // The program that awaited it may have been killed with its peer; the script went on all the same.
    if (hasResponded(starters[i] as Survivor, runs[i] as ParticleRun)) continue;
    tally.stuck += 1;
    console.log(withNames(`seed ${seed}: ${failure.message}\n${runs[i]?.header.script}`));
  }
  for (const keys of effects.values()) if (keys.size > 1) tally.doneTwice += 1;
  for (const peer of peers) await verifyPeer(peer, tally);
  for (const peer of peers) await peer.peer.stop({ graceMs: 0 });
}

const hasResponded = ({ calls }: Survivor, { header }: ParticleRun): boolean =>
  calls.some(
    ({ request, particleSignature }) =>
      request.serviceId === 'callbackSrv' && toHex(particleSignature) === toHex(header.signature),
  );

/** What an observer has seen must be in the store, once. */
async function verifyPeer(peer: Survivor, tally: Tally): Promise<void> {
  tally.convictions += peer.refusals.filter(({ stage }) => stage === 'verification').length;
  const stored = await peer.lasting.state('work');
  const done = [...((stored?.state as { done: number[] } | undefined)?.done ?? [])];
  for (const { path, value } of stored?.patches ?? [])
    if (path[0] === 'done') done[Number(path[1])] = value as number;
  tally.doneTwice += done.length - new Set(done).size;
  for (const { decision, request } of peer.calls) {
    if (request.serviceId !== 'work' || decision.kind !== 'served') continue;
    if (!done.includes(Number((JSON.parse(request.argumentsJson) as [number])[0]))) tally.lostResults += 1;
  }
}

function troubles(
  chance: Chance,
  stage: Stage,
  peers: readonly Survivor[],
  skews: Map<string, number>,
  tally: Tally,
) {
  const away = new Set<Survivor>();
  const restarts: Promise<unknown>[] = [];
  const leave = async (peer: Survivor, how: 'crash' | 'stop'): Promise<void> => {
    if (away.has(peer)) return;
    away.add(peer);
    if (how === 'crash') await peer.crash();
    else await peer.peer.stop({ graceMs: chance.below(500) });
    tally[how === 'crash' ? 'kills' : 'stops'] += 1;
    await new Promise<void>(resolve => void stage.clock.after(chance.below(1500), resolve));
    await peer.start();
    away.delete(peer);
  };
  const begin = (): void => {
    const peer = chance.of(peers);
    switch (chance.of(['crash', 'crash', 'stop', 'network', 'store', 'clock'] as const)) {
      case 'crash':
        restarts.push(leave(peer, 'crash'));
        return;
      case 'stop':
        restarts.push(leave(peer, 'stop'));
        return;
      case 'network':
        stage.network.faults = { latencyMs: [1, 200], loss: 0.3, duplication: 0.3 };
        stage.clock.after(1000, () => (stage.network.faults = {}));
        return;
      case 'store': {
        const { store } = peer;
        store.before = () => {
          if (chance.is(0.5)) throw new Error('disk full');
        };
        stage.clock.after(700, () => (store.before = () => undefined));
        return;
      }
      case 'clock':
        skews.set(chance.of(NAMES), (chance.below(3) - 1) * 10_000);
    }
  };
  return {
    begin,
    async end(): Promise<void> {
      let isOver = false;
      void Promise.all(restarts).then(() => (isOver = true));
      await stage.until(() => isOver, 'the last restart');
      stage.network.faults = {};
      skews.clear();
    },
  };
}
