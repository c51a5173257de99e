import { toBase64url } from '../base/bytes.ts';
import { sha256 } from '../interpreter/index.ts';
import { ParticleError, StartedFailure } from './errors.ts';
import type { HopAnswer } from './hop-answer.ts';
import type { Host } from './host.ts';
import { admit, admitOwn, isPassing, type AdmissionRules } from './ingest.ts';
import type { Lifecycle } from './lifecycle.ts';
import { particleKey, type Particle } from './particle.ts';
import type { ParticleQueue } from './particle-queue.ts';
import type { Refusals } from './refusals.ts';
import type { Residents } from './residents.ts';
import type { Sends } from './sends.ts';
import type { Settler } from './settlement.ts';

/** How far a peer is. */
export type PeerState = 'stopped' | 'starting' | 'running' | 'stopping';

interface Parts {
  readonly host: Host;
  readonly queue: ParticleQueue;
  readonly residents: Residents;
  readonly sends: Sends;
  readonly refusals: Refusals;
  readonly lifecycle: Lifecycle;
  state(): PeerState;
}

/** Where particles come in: those of others, and those that this peer starts. What is not admitted goes no further. */
export class Entrance {
  /** While it is, only particles that are here already go on. */
  isPaused = false;
  readonly #parts: Parts;
  readonly #rules: AdmissionRules;

  constructor(parts: Parts) {
    this.#parts = parts;
    const { limits, denied } = parts.host;
    this.#rules = { limits, denied };
  }

  /** A particle that this peer has signed. */
  begin(particle: Particle, settler: Settler): void {
    const { host, lifecycle } = this.#parts;
    try {
      this.#requireRunning();
      if (this.isPaused) throw paused();
      admitOwn(particle, host.clock.now(), this.#parts, this.#rules);
    } catch (failure) {
      if (!(failure instanceof ParticleError)) throw failure;
      settler.reject(new StartedFailure('ERR_STARTED_REFUSED', failure.message, { code: failure.code }));
      return;
    }
    void this.#deliver(particle, host.peerId, () => lifecycle.live(particle, settler));
  }

  /** A copy of a particle, from another peer. Never rejects. */
  async receive(particle: Particle, from: string): Promise<HopAnswer> {
    const { host, sends, lifecycle } = this.#parts;
    sends.reached(from);
    try {
      this.#requireRunning();
      if (this.isPaused && !this.#isHere(particle)) throw paused();
      admit(particle, from, host.clock.now(), this.#parts, this.#rules);
    } catch (failure) {
      return this.#refuse(particle, from, failure);
    }
    return this.#deliver(particle, from, () => lifecycle.actorOf(particle, particleKey(particle)));
  }

  #requireRunning(): void {
    const state = this.#parts.state();
    if (state === 'running') return;
    throw new ParticleError('ERR_PARTICLE_STOPPED', `the peer is ${state}: start it first`);
  }

  #isHere({ signature }: Particle): boolean {
    return signature instanceof Uint8Array && this.#parts.residents.has(particleKey({ signature }));
  }

  #deliver({ data }: Particle, from: string, actor: () => ReturnType<Lifecycle['live']>): Promise<HopAnswer> {
    const hash = toBase64url(sha256(data));
    return new Promise(answer => this.#parts.queue.deliver(actor(), { data, from, hash, answer }));
  }

  #refuse(particle: Particle, from: string, failure: unknown): HopAnswer | Promise<HopAnswer> {
    const { refusals } = this.#parts;
    const reason =
      failure instanceof ParticleError
        ? failure
        : new ParticleError('ERR_PARTICLE_FIELD', 'the particle cannot be read');
    const { code, message } = reason;
    const header = { id: particle?.id, initPeerId: particle?.initPeerId, signature: particle?.signature };
    if (!isPassing(reason)) return refusals.refuse(header, from, 'admission', { code, message });
    refusals.notify(header, from, 'admission', { code, message });
    return { status: 'busy', code, message };
  }
}

const paused = (): ParticleError =>
  new ParticleError('ERR_PARTICLE_PAUSED', 'the peer is paused: try again later, or send it to another peer');
