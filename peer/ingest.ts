import { ParticleError } from './errors.ts';
import type { PeerLimits } from './limits.ts';
import { verifyParticle, type Particle } from './particle.ts';
import type { ParticleQueue } from './particle-queue.ts';

export interface AdmissionRules {
  readonly limits: PeerLimits;
  /** Peers of which this one wants nothing, as initiators and as senders. */
  readonly denied: ReadonlySet<string>;
}

/**
 * Who comes in: the particle's own fields, life and signature first, then what this peer has room for.
 *
 * @param from Who handed it over; plays no part in what the particle may do.
 * @throws {ParticleError} The first reason to refuse it.
 */
export function admit(
  particle: Particle,
  from: string,
  nowMs: number,
  queue: ParticleQueue,
  rules: AdmissionRules,
): void {
  verifyParticle(particle, nowMs, rules.limits);
  requireNotDenied(particle, from, rules.denied);
  requireRoom(particle, from, queue, rules.limits);
}

function requireNotDenied({ initPeerId }: Particle, from: string, denied: ReadonlySet<string>): void {
  for (const peerId of [initPeerId, from]) {
    if (denied.has(peerId))
      throw new ParticleError('ERR_PARTICLE_DENIED', `peer \`${peerId}\` is on the deny list`);
  }
}

function requireRoom(particle: Particle, from: string, queue: ParticleQueue, limits: PeerLimits): void {
  if (queue.waitingFrom(from) >= limits.waitingPerSender) {
    throw busy(
      'ERR_PARTICLE_SENDER_BUSY',
      `\`${limits.waitingPerSender}\` particles of sender \`${from}\` wait already`,
    );
  }
  if (queue.waiting >= limits.waiting) {
    throw busy('ERR_PARTICLE_PEER_BUSY', `\`${limits.waiting}\` particles wait already`);
  }
  if (queue.has(particle)) return;
  if (queue.livingOf(particle.initPeerId) >= limits.particlesPerInitiator) {
    throw busy(
      'ERR_PARTICLE_INITIATOR_BUSY',
      `\`${limits.particlesPerInitiator}\` particles of initiator \`${particle.initPeerId}\` live here already`,
    );
  }
  if (queue.size >= limits.particles) {
    throw busy('ERR_PARTICLE_PEER_BUSY', `\`${limits.particles}\` particles live here already`);
  }
}

const busy = (code: ParticleError['code'], message: string): ParticleError =>
  new ParticleError(code, `${message}; try again later`);
