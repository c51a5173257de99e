import { toBase64url } from '../../base/bytes.ts';
import { sha256 } from '../../interpreter/index.ts';
import type { Clock, Random } from '../ports.ts';
import type { DenyList } from './deny-list.ts';
import {
  readEnvelope,
  routeOf,
  sealFrame,
  splitFrame,
  verifyEnvelope,
  type EnvelopeClaims,
  type FrameSigner,
} from './envelope.ts';
import { EnvelopeError, type EnvelopeErrorCode } from './errors.ts';
import type { KnownNonce, ReplayWindow } from './replay-window.ts';

/** How long an envelope may be taken after it was made, milliseconds. */
const ENVELOPE_LIFE_MS = 30_000;
/** The longest life that a receiver accepts. */
const LIFE_MAX_MS = 60_000;
/** How far the clocks of two hosts may differ, milliseconds. */
const ENVELOPE_SKEW_MS = 60_000;
const NONCE_BYTES = 16;

export interface GateParts {
  readonly signer: FrameSigner<Uint8Array | Promise<Uint8Array>>;
  readonly clock: Clock;
  readonly random: Random;
  readonly window: ReplayWindow;
  readonly denied: DenyList;
  /** Keeps an accepted nonce, so that a restart does not forget it. Called before anything that the frame brings about is stored. */
  readonly keep: (nonce: KnownNonce, forgottenUntilMs: number) => void;
}

/** Makes and checks the envelopes of one host, in one order: form, origin, deny list, route, times, signature, payload, replay. */
export class HopGate {
  readonly #parts: GateParts;

  constructor(parts: GateParts) {
    this.#parts = parts;
  }

  /** @param subject Signature of the particle. @throws What the signer throws; also as the rejection. */
  sealParticle(to: string, subject: Uint8Array, payload: Uint8Array): Uint8Array | Promise<Uint8Array> {
    return this.#seal(routeOf(to, 'particle', subject), payload);
  }

  /** @param request The frame that is answered, as it arrived. */
  sealAnswer(to: string, request: Uint8Array, payload: Uint8Array): Uint8Array | Promise<Uint8Array> {
    return this.#seal(routeOf(to, 'answer', sha256(request)), payload);
  }

  /**
   * Checks a request. The subject of its route is compared by {@link requireSubject} once the payload is read.
   *
   * @param from Whom the link has authenticated, if it does.
   * @throws {EnvelopeError}
   */
  openRequest(frame: Uint8Array, from: string | undefined): { claims: EnvelopeClaims; payload: Uint8Array } {
    const { envelope, payload } = splitFrame(frame);
    const { origin, route } = readEnvelope(envelope).claims;
    if (from !== undefined && from !== origin)
      throw refused(
        'ERR_ENVELOPE_ORIGIN',
        `the frame came from \`${from}\`, its envelope names \`${origin}\``,
      );
    this.#requireNotDenied(origin);
    if (!route.startsWith(`beryl://${this.#parts.signer.peerId}/particle/`))
      throw refused('ERR_ENVELOPE_ROUTE', `the envelope is for \`${route}\`, not for this peer`);
    const claims = this.#verified(envelope, payload);
    this.#takeNonce(claims);
    return { claims, payload };
  }

  /** @throws {EnvelopeError} If the envelope was made for another particle. */
  requireSubject({ route }: EnvelopeClaims, particleSignature: Uint8Array): void {
    if (route !== routeOf(this.#parts.signer.peerId, 'particle', particleSignature))
      throw refused('ERR_ENVELOPE_ROUTE', 'the envelope was made for another particle');
  }

  /**
   * Checks an answer. Its route names the request's frame, which has a nonce: an answer to another request, or to one that was changed
   * on the way, is refused, and the same answer may come twice.
   *
   * @throws {EnvelopeError}
   */
  openAnswer(frame: Uint8Array, by: string, request: Uint8Array): Uint8Array {
    const { envelope, payload } = splitFrame(frame);
    const { origin, route } = readEnvelope(envelope).claims;
    if (origin !== by) throw refused('ERR_ENVELOPE_ORIGIN', `\`${by}\` was asked, and \`${origin}\` answers`);
    if (route !== routeOf(this.#parts.signer.peerId, 'answer', sha256(request)))
      throw refused('ERR_ENVELOPE_ROUTE', 'the answer is to another request');
    this.#verified(envelope, payload);
    return payload;
  }

  #seal(route: string, payload: Uint8Array): Uint8Array | Promise<Uint8Array> {
    const { signer, clock, random } = this.#parts;
    const iatMs = clock.now();
    const nonce = random.bytes(NONCE_BYTES);
    return sealFrame(signer, payload, { route, iatMs, expMs: iatMs + ENVELOPE_LIFE_MS, nonce });
  }

  #requireNotDenied(origin: string): void {
    if (this.#parts.denied.has(origin, 'host'))
      throw refused('ERR_ENVELOPE_DENIED', `host \`${origin}\` is on the deny list`);
  }

  /** Times are cheap to compare, so they come before the signature. */
  #verified(envelope: Uint8Array, payload: Uint8Array): EnvelopeClaims {
    const { iatMs, expMs } = readEnvelope(envelope).claims;
    const now = this.#parts.clock.now();
    if (expMs < iatMs || expMs - iatMs > LIFE_MAX_MS)
      throw refused(
        'ERR_ENVELOPE_LIFE',
        `an envelope lives at most ${LIFE_MAX_MS} ms, this one ${expMs - iatMs}`,
      );
    if (iatMs > now + ENVELOPE_SKEW_MS)
      throw refused(
        'ERR_ENVELOPE_FUTURE',
        `the envelope claims to be made ${iatMs - now} ms from now: compare the clocks`,
      );
    if (now > expMs + ENVELOPE_SKEW_MS)
      throw refused('ERR_ENVELOPE_EXPIRED', `the envelope expired ${now - expMs} ms ago: compare the clocks`);
    return verifyEnvelope(envelope, payload);
  }

  #takeNonce({ origin, nonce, expMs }: EnvelopeClaims): void {
    const { window, clock, keep } = this.#parts;
    const known = { origin, nonce: toBase64url(nonce), untilMs: expMs + ENVELOPE_SKEW_MS };
    switch (window.take(known, clock.now())) {
      case 'taken':
        keep(known, window.forgottenUntilMs);
        return;
      case 'replayed':
        throw refused('ERR_ENVELOPE_REPLAYED', 'this envelope has been here already');
      case 'forgotten':
        throw refused('ERR_ENVELOPE_EXPIRED', 'the envelope expired before this peer’s clock was set back');
      case 'full':
        throw refused(
          'ERR_ENVELOPE_WINDOW_FULL',
          `too many envelopes are remembered, of \`${origin}\` or in all: try again later`,
        );
    }
  }
}

/** What passes by itself, or with another envelope: the sender may send the particle again. */
const PASSING: ReadonlySet<EnvelopeErrorCode> = new Set<EnvelopeErrorCode>([
  'ERR_ENVELOPE_EXPIRED',
  'ERR_ENVELOPE_FUTURE',
  'ERR_ENVELOPE_REPLAYED',
  'ERR_ENVELOPE_WINDOW_FULL',
]);

export const isPassingEnvelope = ({ code }: EnvelopeError): boolean => PASSING.has(code);

const refused = (code: EnvelopeErrorCode, message: string): EnvelopeError => new EnvelopeError(code, message);
