import { ParticleError } from './errors.ts';
import type { DenyList } from './envelopes/deny-list.ts';
import type { PeerLimits } from './limits.ts';
import {
  deadlineOf,
  particleKey,
  requireFields,
  verifyParticle,
  type Particle,
  type ParticleHeader,
} from './particle.ts';
import type { ParticleQueue } from './particle-queue.ts';
import type { Residents } from './residents.ts';

export interface AdmissionRules {
  readonly limits: PeerLimits;
  /** Peers from which this one accepts nothing, as init peers and as senders. */
  readonly denied: DenyList;
}

/** The particles on this peer. */
export interface Room {
  readonly queue: Pick<ParticleQueue, 'waiting' | 'waitingFrom'>;
  readonly residents: Residents;
}

/**
 * Admits particles: checks fields, life and signature first, then whether this peer has room. The header of a particle at work here
 * is not verified a second time.
 *
 * @param from The peer that handed it over; it has no influence on what the particle may do.
 * @throws {ParticleError} The first reason to refuse it.
 */
export function admit(
  particle: Particle,
  from: string,
  nowMs: number,
  room: Room,
  rules: AdmissionRules,
): void {
  requireFields(particle);
  const known = room.residents.actor(particleKey(particle))?.header;
  verifyParticle(particle, nowMs, rules.limits, known);
  requireNotEnded(particle, room.residents);
  requireNotDenied(particle, from, rules.denied);
  requireRoom(particle, from, room, rules.limits);
}

/**
 * The same for a particle that this peer has signed itself.
 *
 * @throws {ParticleError}
 */
export function admitOwn(particle: Particle, nowMs: number, room: Room, rules: AdmissionRules): void {
  verifyParticle(particle, nowMs, rules.limits, particle);
  if (room.residents.hasStarted(particle.id)) {
    throw new ParticleError(
      'ERR_PARTICLE_ID_TAKEN',
      `this peer has started a particle \`${particle.id}\` that still lives: choose another id`,
    );
  }
  requireRoom(particle, particle.initPeerId, room, rules.limits);
}

/**
 * A particle that ended here has been deleted. If the clock was ahead then and was set back later, a late copy would run again, and
 * this peer would sign a second history.
 */
function requireNotEnded(particle: Particle, residents: Residents): void {
  if (
    residents.has(particleKey(particle)) ||
    deadlineOf(particle) > residents.endedUntil(particle.initPeerId)
  )
    return;
  throw new ParticleError(
    'ERR_PARTICLE_EXPIRED',
    `a particle with a later deadline than \`${deadlineOf(particle)}\` has ended here already: the clock was set back since`,
  );
}

function requireNotDenied({ initPeerId }: Particle, from: string, denied: DenyList): void {
  for (const [peerId, role] of [[initPeerId, 'init'] as const, [from, 'host'] as const]) {
    if (denied.has(peerId, role))
      throw new ParticleError('ERR_PARTICLE_DENIED', `peer \`${peerId}\` is on the deny list`);
  }
}

function requireRoom(
  particle: ParticleHeader,
  from: string,
  { queue, residents }: Room,
  limits: PeerLimits,
): void {
  const { initPeerId } = particle;
  if (queue.waitingFrom(from) >= limits.waitingPerSender) {
    throw busy(
      'ERR_PARTICLE_SENDER_BUSY',
      `\`${limits.waitingPerSender}\` particles of sender \`${from}\` wait already`,
    );
  }
  if (queue.waiting >= limits.waiting) {
    throw busy('ERR_PARTICLE_PEER_BUSY', `\`${limits.waiting}\` particles wait already`);
  }
  const key = particleKey(particle);
  if (residents.actor(key) !== undefined) return;
  if (residents.atWorkOf(initPeerId) >= limits.particlesPerInitPeer) {
    throw busy(
      'ERR_PARTICLE_INIT_PEER_BUSY',
      `\`${limits.particlesPerInitPeer}\` particles of init peer \`${initPeerId}\` are at work here already`,
    );
  }
  if (residents.atWork >= limits.particles) {
    throw busy('ERR_PARTICLE_PEER_BUSY', `\`${limits.particles}\` particles are at work here already`);
  }
  if (!residents.has(key)) requireRoomToRest(initPeerId, residents, limits);
}

/** A particle is kept until it expires, so one without room is refused. */
function requireRoomToRest(initPeerId: string, residents: Residents, limits: PeerLimits): void {
  if (residents.sizeOf(initPeerId) >= limits.knownPerInitPeer) {
    throw busy(
      'ERR_PARTICLE_INIT_PEER_FULL',
      `\`${limits.knownPerInitPeer}\` particles of init peer \`${initPeerId}\` live already`,
    );
  }
  if (residents.size >= limits.known) {
    throw busy('ERR_PARTICLE_STORE_FULL', `\`${limits.known}\` particles live already`);
  }
  if (residents.bytes >= limits.storedBytes) {
    throw busy('ERR_PARTICLE_STORE_FULL', `particles take \`${limits.storedBytes}\` bytes already`);
  }
}

const busy = (code: ParticleError['code'], message: string): ParticleError =>
  new ParticleError(code, `${message}; try again later`);

/** Refusals that pass with time: the sender may send the particle again later. */
const PASSING: ReadonlySet<string> = new Set<ParticleError['code']>([
  'ERR_PARTICLE_SENDER_BUSY',
  'ERR_PARTICLE_PEER_BUSY',
  'ERR_PARTICLE_INIT_PEER_BUSY',
  'ERR_PARTICLE_INIT_PEER_FULL',
  'ERR_PARTICLE_STORE_FULL',
  'ERR_PARTICLE_STORE',
  'ERR_PARTICLE_SIGNER',
  'ERR_PARTICLE_PAUSED',
  'ERR_PARTICLE_STOPPED',
]);

export const isPassing = ({ code }: ParticleError): boolean => PASSING.has(code);
