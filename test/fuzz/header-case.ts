import { fixedDenyList } from '../../peer/envelopes/deny-list.ts';
import { equalBytes } from '../../base/bytes.ts';
import { DEFAULT_PEER_LIMITS, ParticleError, signParticle, type Particle } from '../../peer/index.ts';
import { admit } from '../../peer/ingest.ts';
import { Actor } from '../../peer/actor.ts';
import { ParticleQueue } from '../../peer/particle-queue.ts';
import { Residents } from '../../peer/residents.ts';
import { idOf, signer } from '../support/cast.ts';
import type { Case, Ending } from './case.ts';
import { chanceOf } from './chance.ts';
import { HEADER_MUTATIONS, NOW_MS, type Header } from './header-mutations.ts';
import { requireThat } from './invariants.ts';

const HONEST = ['alice', 'bob', 'carol'] as const;
const LIMITS = { ...DEFAULT_PEER_LIMITS, scriptSize: 5000, dataSizeBytes: 5000 };

/** What each honest peer has signed: two particles. */
const SIGNED: readonly Particle[] = HONEST.flatMap(name =>
  [1, 2].map(i =>
    signParticle(signer(name), {
      id: `${name}-${i}`,
      timestamp: NOW_MS - 1000 * i,
      ttl: 7000,
      script: `(call "${idOf(name)}" ("s" "${i}") [] x)`,
    }),
  ),
);

/** Particles as they come in from strangers, through the door of a peer that has little room. */
export function headerCase(seed: number, index: number): Case {
  const chance = chanceOf(seed, index);
  const [particle, other] = [chance.of(SIGNED), chance.of(SIGNED)];
  const mutations = chance.of([0, 1, 1, 1, 2, 2, 3]);
  const from = chance.of([...HONEST, ...HONEST, 'dave'] as const);
  const busy = chance.is(0.2) ? 1 + chance.below(4) : 0;

  const play = (kept: readonly number[], names: string[] = []): Ending => {
    const header: Header = { ...particle, signature: Uint8Array.from(particle.signature) };
    for (const at of kept) {
      const own = chanceOf(seed, index, at + 1);
      const [name, mutation] = own.of(Object.entries(HEADER_MUTATIONS));
      if (isWhole(header)) mutation(header, own, { ...other, signature: Uint8Array.from(other.signature) });
      names.push(name);
    }
    const start = performance.now();
    const code = admission(header, idOf(from), busy);
    if (code === 'admitted') requireSigned(header);
    return { names, code, tookMs: performance.now() - start };
  };
  return { mutations, about: () => `${particle.id} from ${from}`, play };
}

/** @returns The code with which it is refused. Whatever else is thrown is a violation. */
function admission(header: Header, from: string, busy: number): string {
  const { room, limits } = crowded(busy, from);
  try {
    admit(header, from, NOW_MS, room, { limits, denied: fixedDenyList([idOf('dave')]) });
    return 'admitted';
  } catch (failure) {
    if (failure instanceof ParticleError) return failure.code;
    throw failure;
  }
}

/** A queue in which something is full: nothing, all copies, copies of this sender, particles of each init peer, all particles. */
function crowded(busy: number, from: string) {
  const activity = {
    begin: () => undefined,
    end: () => undefined,
    hold: () => () => undefined,
    deadline: () => () => undefined,
  };
  const queue = new ParticleQueue(() => undefined, { defer: () => undefined, activity, now: () => NOW_MS });
  const residents = new Residents(idOf('dave'));
  const room = { queue, residents };
  const limits = { ...LIMITS };
  if (busy === 0) return { room, limits };
  for (const particle of SIGNED.filter((_, i) => i % 2 === 0)) {
    const actor = new Actor(particle);
    residents.live(actor);
    queue.deliver(actor, { data: particle.data, from, hash: '', answer: () => undefined });
  }
  const full = {
    1: { waiting: 3 },
    2: { waitingPerSender: 3 },
    3: { particlesPerInitPeer: 1 },
    4: { particles: 3 },
  }[busy];
  return { room, limits: { ...limits, ...full } };
}

/** An admitted init peer has signed all of it; an honest peer has signed these two particles, and no others. */
function requireSigned(header: Particle): void {
  const { id, initPeerId, timestamp, ttl, script, signature } = header;
  requireThat(
    id.length <= LIMITS.idLength && script.length <= LIMITS.scriptSize,
    'an admitted particle keeps the limits',
  );
  requireThat(
    timestamp <= NOW_MS + LIMITS.clockSkewMs && NOW_MS <= timestamp + ttl,
    'an admitted particle is alive',
  );
  if (initPeerId === idOf('mallory')) return;
  const real = SIGNED.some(
    known =>
      known.initPeerId === initPeerId &&
      known.id === id &&
      known.timestamp === timestamp &&
      known.ttl === ttl &&
      known.script === script &&
      equalBytes(known.signature, signature),
  );
  requireThat(real, 'an honest init peer has signed all that is under its name');
}

/** Whether mutations that look into fields find what they look for. */
const isWhole = ({ id, script, signature, ttl }: Header): boolean =>
  typeof id === 'string' &&
  typeof script === 'string' &&
  signature instanceof Uint8Array &&
  typeof ttl === 'number';
