import { messageOf } from '../services/index.ts';
import {
  isMadeHere,
  overheard,
  verifySignature,
  type AsyncSigner,
  type Signer,
} from '../interpreter/index.ts';
import { ParticleError } from './errors.ts';
import type { Activity, Clock } from './ports.ts';

export interface SigningPorts {
  readonly clock: Clock;
  readonly activity: Activity;
  /** How long a signer that answers later may take, milliseconds. */
  readonly timeoutMs: number;
}

/**
 * The key of a peer. One that is kept elsewhere may answer later, wrongly or never: it is waited for so long, and then what needed
 * the signature has not happened.
 */
export class Signing {
  readonly peerId: string;
  /** Of a key in this process; each of its signatures is heard. */
  readonly local: Signer | undefined;
  readonly #signer: Signer | AsyncSigner;
  readonly #ports: SigningPorts;
  #heard: Uint8Array[] = [];
  /** Gives up what is waited for. */
  readonly #stops = new Set<() => void>();
  #isStopped = false;

  constructor(signer: Signer | AsyncSigner, ports: SigningPorts) {
    this.peerId = signer.peerId;
    this.#signer = signer;
    this.#ports = ports;
    this.local = isMadeHere(signer)
      ? overheard(signer as Signer, made => void this.#heard.push(made))
      : undefined;
  }

  /** The signatures of the local key since this was called last. */
  takeHeard(): readonly Uint8Array[] {
    const heard = this.#heard;
    this.#heard = [];
    return heard;
  }

  /**
   * Signs with the peer's key, and verifies what a signer of the host's own gives.
   *
   * @returns 64 bytes; at once if the signer answers at once.
   * @throws {ParticleError} `ERR_PARTICLE_SIGNER`, `ERR_PARTICLE_STOPPED`; also as the rejection.
   */
  sign(message: Uint8Array): Uint8Array | Promise<Uint8Array> {
    if (this.local !== undefined) return this.#signer.sign(message);
    const signature = this.unverified(message);
    const verified = (copy: Uint8Array): Uint8Array => {
      if (verifySignature(this.peerId, message, copy)) return copy;
      throw signerFailed(`this is not a signature of \`${this.peerId}\` over the message`);
    };
    return signature instanceof Promise ? signature.then(verified) : verified(signature);
  }

  /** As {@link sign}, of whatever 64 bytes the signer gives: `finish` verifies what it gets. */
  unverified(message: Uint8Array): Uint8Array | Promise<Uint8Array> {
    if (this.#isStopped) throw stopped();
    let signature: unknown;
    try {
      // A copy: a signer may write into it.
      signature = this.#signer.sign(message.slice());
    } catch (failure) {
      throw signerFailed(messageOf(failure));
    }
    return signature instanceof Uint8Array ? shaped(signature) : this.#later(signature);
  }

  /** Gives up all that is waited for, and what is to be signed next. */
  stop(): void {
    this.#isStopped = true;
    for (const stop of this.#stops) stop();
  }

  start(): void {
    this.#isStopped = false;
  }

  async #later(promise: unknown): Promise<Uint8Array> {
    const { clock, activity, timeoutMs } = this.#ports;
    let [stop, cancel] = [(): void => undefined, (): void => undefined];
    const over = new Promise<never>((_, reject) => {
      stop = () => reject(stopped());
      const late = `the signer gave no signature within ${timeoutMs} ms`;
      cancel = clock.after(timeoutMs, () => reject(signerFailed(late)));
    });
    const signature = new Promise(resolve => resolve(promise)).then(shaped, (failure: unknown) => {
      throw signerFailed(messageOf(failure));
    });
    this.#stops.add(stop);
    activity.begin();
    try {
      return await Promise.race([signature, over]);
    } finally {
      cancel();
      this.#stops.delete(stop);
      activity.end();
    }
  }
}

/** A copy, so that it stays what was verified. */
function shaped(signature: unknown): Uint8Array {
  const copy = signature instanceof Uint8Array ? new Uint8Array(signature) : undefined;
  if (copy?.length === 64) return copy;
  throw signerFailed('the signer gave no signature of 64 bytes');
}

const signerFailed = (why: string): ParticleError =>
  new ParticleError('ERR_PARTICLE_SIGNER', `the signer failed: ${why}`);

const stopped = (): ParticleError => new ParticleError('ERR_PARTICLE_STOPPED', 'the peer stops');
