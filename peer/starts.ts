import { toHex } from '../base/bytes.ts';
import { checkOptions, shown } from '../base/options.ts';
import { particleMessage } from '../interpreter/index.ts';
import { abandonment } from './abandonment.ts';
import type { StartedFailure } from './errors.ts';
import type { Host } from './host.ts';
import { START_OPTIONS } from './option-shapes.ts';
import type { StartOptions } from './options.ts';
import { particleOf, type NewParticle, type Particle } from './particle.ts';
import type { Random } from './ports.ts';
import { createSettler, type Settler, type StartedParticle } from './settlement.ts';

const DEFAULT_TTL_MS = 7000;
const ID_BYTES = 16;

/** Makes the particles that this peer starts: each has an id, a time and the peer's signature. */
export class Starts {
  readonly #host: Host;
  readonly #random: Random;
  readonly #begin: (particle: Particle, settler: Settler) => void;

  /** @param begin Takes a particle that is signed. */
  constructor(host: Host, random: Random, begin: (particle: Particle, settler: Settler) => void) {
    this.#host = host;
    this.#random = random;
    this.#begin = begin;
  }

  /** @throws {TypeError} If the script is not a string, or an option is of the wrong kind. */
  run(script: string, options: StartOptions = {}): StartedParticle {
    if (typeof script !== 'string')
      throw new TypeError(`run: the script must be a string, found ${shown(script)}`);
    checkOptions('run', options, START_OPTIONS);
    const { ttlMs = DEFAULT_TTL_MS, id = toHex(this.#random.bytes(ID_BYTES)), handlers = {} } = options;
    const particle = this.#sign({ id, timestamp: this.#host.clock.now(), ttl: ttlMs, script });
    const settler = createSettler(script, particle, handlers, options.isPatient);
    if (particle instanceof Promise) {
      particle.then(
        signed => this.#begin(signed, settler),
        (failure: StartedFailure) => settler.reject(failure),
      );
    } else this.#begin(particle, settler);
    return settler.started;
  }

  /** A promise where the key is kept elsewhere, or fails. */
  #sign(header: NewParticle): Particle | Promise<Particle> {
    const { signing, peerId } = this.#host;
    const signed = (signature: Uint8Array): Particle => particleOf(header, peerId, signature);
    const failed = (failure: unknown): never => {
      throw abandonment(failure).failure;
    };
    try {
      const signature = signing.sign(particleMessage(header));
      return signature instanceof Promise ? signature.then(signed).catch(failed) : signed(signature);
    } catch (failure) {
      return Promise.reject(failure as Error).catch(failed);
    }
  }
}
