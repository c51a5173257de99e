import { messageOf } from '../services/index.ts';
import { BerylError } from '../base/error.ts';
import { EnvelopeError } from './envelopes/errors.ts';
import { isSealed, readEnvelope, splitFrame } from './envelopes/envelope.ts';
import { isPassingEnvelope, type HopGate } from './envelopes/hop-gate.ts';
import type { DenyList } from './envelopes/deny-list.ts';
import type { Notify } from './host.ts';
import type { EnvelopeMode } from './observer.ts';
import type { Particle } from './particle.ts';
import type { Clock } from './ports.ts';
import { RateLimit } from './rate-limit.ts';
import type { HopAnswer, Receive } from './hop-answer.ts';
import type { Link } from './transports/link.ts';
import { reportOf } from './transports/memory.ts';
import type { SendReport, Transport } from './transports/transport.ts';
import { decodeAnswer, encodeAnswer } from './wire/answer-codec.ts';
import { decodeParticle, encodeParticle } from './wire/particle-codec.ts';

/** Answers that are signed in a second for frames without a valid envelope; a flood gets no signature each. */
const SIGNED_PER_SECOND = 100;
/** A sender that neither the link nor an envelope names. */
const UNKNOWN_SENDER = 'unknown';

export interface HopParts {
  readonly peerId: string;
  readonly link: Link;
  readonly mode: EnvelopeMode;
  readonly gate: HopGate;
  readonly denied: DenyList;
  readonly clock: Clock;
  readonly notify: Notify;
}

/** A request that was let in: its payload, and from whom it is. */
interface Opened {
  readonly payload: Uint8Array;
  readonly from: string;
  /** Compares the envelope's subject with what the payload holds. @throws {EnvelopeError} */
  readonly requireSubject: (particleSignature: Uint8Array) => void;
}

/** Moves particles over a link of bytes: encoded, in signed envelopes, acknowledged by signed envelopes. */
export class Hops implements Transport {
  readonly #parts: HopParts;
  readonly #signed: RateLimit;

  constructor(parts: HopParts) {
    this.#parts = parts;
    this.#signed = new RateLimit(parts.clock, SIGNED_PER_SECOND);
  }

  start(receive: Receive, reached?: (peerId: string) => void): void | Promise<void> {
    const { link, peerId, denied } = this.#parts;
    return link.start({
      peerId,
      answer: (frame, from) => this.#answer(frame, from, receive),
      isDenied: other => denied.has(other, 'host'),
      ...(reached && { reached }),
    });
  }

  stop(): void | Promise<void> {
    return this.#parts.link.stop();
  }

  async send(to: string, particle: Particle): Promise<SendReport> {
    const { link, mode, gate, peerId } = this.#parts;
    const { signature } = particle;
    const payload = encodeParticle(particle);
    // A signer that fails makes this promise reject, which counts as transient.
    const request = mode === 'off' ? payload : await gate.sealParticle(to, signature, payload);
    const reply = await link.request(to, request);
    if (!reply.ok) return reply;
    try {
      const answer = this.#openAnswer(reply.frame, to, request);
      return reportOf(decodeAnswer(answer, { by: to, to: peerId, particleSignature: signature }));
    } catch (failure) {
      if (!(failure instanceof BerylError)) throw failure;
      const reason = `the answer cannot be believed: ${failure.code}: ${failure.message}`;
      return { ok: false, kind: 'transient', reason };
    }
  }

  #openAnswer(frame: Uint8Array, to: string, request: Uint8Array): Uint8Array {
    const { mode, gate } = this.#parts;
    if (mode === 'off') return isSealed(frame) ? splitFrame(frame).payload : frame;
    try {
      return gate.openAnswer(frame, to, request);
    } catch (failure) {
      this.#record(failure, frame, to, 'answer');
      if (mode === 'enforce') throw failure;
      return isSealed(frame) ? splitFrame(frame).payload : frame;
    }
  }

  /** Never rejects. */
  async #answer(frame: Uint8Array, from: string | undefined, receive: Receive): Promise<Uint8Array> {
    let opened: Opened;
    let particle: Particle;
    try {
      opened = this.#openRequest(frame, from);
      particle = decodeParticle(opened.payload);
      this.#check(opened, particle, frame, from);
    } catch (failure) {
      return this.#refuse(frame, from, failure);
    }
    return this.#sealed(opened.from, frame, await receive(particle, opened.from));
  }

  #openRequest(frame: Uint8Array, from: string | undefined): Opened {
    const { mode, gate } = this.#parts;
    if (mode !== 'off') {
      try {
        const { claims, payload } = gate.openRequest(frame, from);
        const requireSubject = (signature: Uint8Array): void => gate.requireSubject(claims, signature);
        return { payload, from: claims.origin, requireSubject };
      } catch (failure) {
        this.#record(failure, frame, from, 'request');
        if (mode === 'enforce' || isDenial(failure)) throw failure;
      }
    }
    const payload = isSealed(frame) ? splitFrame(frame).payload : frame;
    return { payload, from: from ?? UNKNOWN_SENDER, requireSubject: () => undefined };
  }

  #check(
    { requireSubject }: Opened,
    { signature }: Particle,
    frame: Uint8Array,
    from: string | undefined,
  ): void {
    try {
      requireSubject(signature);
    } catch (failure) {
      this.#record(failure, frame, from, 'request');
      if (this.#parts.mode === 'enforce') throw failure;
    }
  }

  async #refuse(frame: Uint8Array, from: string | undefined, failure: unknown): Promise<Uint8Array> {
    const isKnown = failure instanceof BerylError;
    const { code, message } = isKnown ? failure : { code: 'ERR_WIRE_FIELD', message: messageOf(failure) };
    const isPassing = failure instanceof EnvelopeError && isPassingEnvelope(failure);
    const hopAnswer: HopAnswer = isPassing
      ? { status: 'busy', code, message }
      : { status: 'refused', code, message, refusal: undefined };
    const to = originOf(frame) ?? from;
    // Whoever cannot be named, or floods, gets an answer that no sender believes.
    return to === undefined || !this.#signed.take()
      ? encodeAnswer(hopAnswer)
      : this.#sealed(to, frame, hopAnswer);
  }

  /** A signer that fails must not hang the sender: without an envelope it tries again. */
  async #sealed(to: string, request: Uint8Array, hopAnswer: HopAnswer): Promise<Uint8Array> {
    const { mode, gate } = this.#parts;
    const answer = encodeAnswer(hopAnswer);
    if (mode === 'off') return answer;
    try {
      return await gate.sealAnswer(to, request, answer);
    } catch {
      return answer;
    }
  }

  #record(
    failure: unknown,
    frame: Uint8Array,
    from: string | undefined,
    frameKind: 'request' | 'answer',
  ): void {
    if (!(failure instanceof EnvelopeError)) return;
    const { peerId, clock, mode, notify } = this.#parts;
    const { code, message } = failure;
    const claimed = originOf(frame);
    const evidence = envelopeOf(frame);
    notify('hopRefused', {
      peerId,
      isRefused: mode === 'enforce' || isDenial(failure),
      frameKind,
      ...(from !== undefined && { from }),
      ...(claimed !== undefined && { claimedOrigin: claimed }),
      ...(evidence && { envelope: evidence }),
      code,
      message,
      atMs: clock.now(),
    });
  }
}

const isDenial = (failure: unknown): boolean =>
  failure instanceof EnvelopeError && failure.code === 'ERR_ENVELOPE_DENIED';

function envelopeOf(frame: Uint8Array): Uint8Array | undefined {
  try {
    return splitFrame(frame).envelope;
  } catch {
    return undefined;
  }
}

/** Whom an envelope names, signed or not. */
function originOf(frame: Uint8Array): string | undefined {
  try {
    return readEnvelope(splitFrame(frame).envelope).claims.origin;
  } catch {
    return undefined;
  }
}
