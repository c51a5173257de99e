import { messageOf } from '../services/index.ts';
import type { KnownRefusal } from './copy-memory.ts';
import type { Host } from './host.ts';
import type { RefusalEvent } from './observer.ts';
import type { ParticleHeader } from './particle.ts';
import { RateLimit } from './rate-limit.ts';
import type { HopAnswer } from './hop-answer.ts';
import { signRefusal, type Refusal } from './refusal.ts';

/** The most refusals signed per second, so that a flood of bad particles does not cost a signature each. */
const SIGNED_PER_SECOND = 100;

type RefusedHeader = Pick<ParticleHeader, 'id' | 'initPeerId' | 'signature'>;

/** Reports to observers and to the sender why a particle or a copy of it is not taken. */
export class Refusals {
  readonly #host: Host;
  readonly #signed: RateLimit;

  constructor(host: Host) {
    this.#host = host;
    this.#signed = new RateLimit(host.clock, SIGNED_PER_SECOND);
  }

  refuse(
    header: RefusedHeader,
    from: string,
    stage: RefusalEvent['stage'],
    { code, message }: KnownRefusal,
    evidence?: Uint8Array,
  ): HopAnswer | Promise<HopAnswer> {
    this.notify(header, from, stage, { code, message }, evidence);
    const hopAnswerOf = (refusal: Refusal | undefined): HopAnswer => ({
      status: 'refused',
      code,
      message,
      refusal,
    });
    const refusal = this.#mayBeSigned(header) ? this.#sign(header, from, code, message) : undefined;
    return refusal instanceof Promise ? refusal.then(hopAnswerOf) : hopAnswerOf(refusal);
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

  /** Without a signature a refusal is a hint still: nothing here may fail. */
  #sign(header: RefusedHeader, to: string, code: string, message: string) {
    const { signing, clock, warn } = this.#host;
    const failed = (failure: unknown): undefined =>
      void warn('the signer failed', { failure: messageOf(failure) });
    try {
      const { signature } = header;
      const statement = { to, particleSignature: signature, code, message, atMs: clock.now() };
      const refusal = signRefusal(signing, statement);
      return refusal instanceof Promise ? refusal.catch(failed) : refusal;
    } catch (failure) {
      return failed(failure);
    }
  }

  #mayBeSigned({ signature }: RefusedHeader): boolean {
    return signature instanceof Uint8Array && signature.length === 64 && this.#signed.take();
  }
}
