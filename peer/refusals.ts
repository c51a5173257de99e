import { messageOf } from '../services/index.ts';
import type { KnownRefusal } from './copy-memory.ts';
import type { Host } from './host.ts';
import type { RefusalEvent } from './observer.ts';
import type { ParticleHeader } from './particle.ts';
import type { Receipt } from './receipt.ts';
import { signRefusal } from './refusal.ts';

/** Refusals that are signed in a second; a flood gets no signature each. */
const SIGNED_PER_SECOND = 100;

type RefusedHeader = Pick<ParticleHeader, 'id' | 'initPeerId' | 'signature'>;

/** Tells observers, and the sender, why a particle or a copy of it is not taken. */
export class Refusals {
  readonly #host: Host;
  #secondBegun = -Infinity;
  #signed = 0;

  constructor(host: Host) {
    this.#host = host;
  }

  refuse(
    header: RefusedHeader,
    from: string,
    stage: RefusalEvent['stage'],
    { code, message }: KnownRefusal,
    evidence?: Uint8Array,
  ): Receipt {
    this.notify(header, from, stage, { code, message }, evidence);
    const refusal = this.#mayBeSigned(header) ? this.#sign(header, from, code, message) : undefined;
    return { status: 'refused', code, message, refusal };
  }

  notify(
    { id, initPeerId, signature }: RefusedHeader,
    from: string,
    stage: RefusalEvent['stage'],
    { code, message }: KnownRefusal,
    evidence?: Uint8Array,
  ): void {
    const particle = { id, initPeerId, signature };
    const proof = evidence && { evidence };
    this.#host.notify('refused', {
      peerId: this.#host.peerId,
      stage,
      from,
      particle,
      code,
      message,
      ...proof,
    });
  }

  #sign(header: RefusedHeader, to: string, code: string, message: string) {
    const { signer, clock, warn } = this.#host;
    try {
      const { signature } = header;
      return signRefusal(signer, { to, particleSignature: signature, code, message, atMs: clock.now() });
    } catch (failure) {
      warn('the signer failed', { failure: messageOf(failure) });
      return undefined;
    }
  }

  #mayBeSigned({ signature }: RefusedHeader): boolean {
    if (!(signature instanceof Uint8Array) || signature.length !== 64) return false;
    const now = this.#host.clock.now();
    if (Math.abs(now - this.#secondBegun) >= 1000) {
      this.#secondBegun = now;
      this.#signed = 0;
    }
    this.#signed += 1;
    return this.#signed <= SIGNED_PER_SECOND;
  }
}
