import type { StepObserver } from '../interpreter/index.ts';
import type { CallObserver } from '../services/index.ts';
import type { ParticleHeader } from './particle.ts';
import type { Refusal } from './refusal.ts';

/** A refusal: of a particle by admission (`admission`), or of its data by the interpreter (`verification`). */
export interface RefusalEvent {
  readonly peerId: string;
  readonly stage: 'admission' | 'verification';
  /** The peer that handed it over; this peer itself for its own call results. */
  readonly from: string;
  readonly particle: Pick<ParticleHeader, 'id' | 'initPeerId' | 'signature'>;
  /** `ERR_…`, or `ERR_RUN_<return code>`. */
  readonly code: string;
  readonly message: string;
  /** With code `ERR_RUN_14`, once per peer that signed two histories: proof for any third party, checked by `verifyEquivocation`. */
  readonly evidence?: Uint8Array;
}

/** What happens to frames whose envelope is not in order. `monitor`: they are recorded, and taken. */
export type EnvelopeMode = 'off' | 'monitor' | 'enforce';

/** The envelope of a frame is not in order. */
export interface HopRefusalEvent {
  readonly peerId: string;
  /** Whether the frame was refused; `monitor` only notes most of them. */
  readonly isRefused: boolean;
  /** A particle that arrived, or the answer to one that was sent. */
  readonly frameKind: 'request' | 'answer';
  /** Whom the link has authenticated; for an answer, who was asked. */
  readonly from?: string;
  /** Whom the envelope names. Perhaps a forger wrote it. */
  readonly claimedOrigin?: string;
  /** Evidence, for `verifyEnvelope`; left out if there was none. */
  readonly envelope?: Uint8Array;
  /** `ERR_ENVELOPE_…`. */
  readonly code: string;
  readonly message: string;
  /** Milliseconds since 1970. */
  readonly atMs: number;
}

/** The end of one attempt to send a particle to another peer. */
export interface SendEvent {
  readonly peerId: string;
  readonly to: string;
  readonly particleSignature: Uint8Array;
  /** Set if the particle could not be handed over. */
  readonly failure?: string;
  /** The other peer's signed refusal. It is a hint for people, not a result. */
  readonly refusal?: Refusal;
}

/**
 * Callbacks for what happens on a peer. All are optional. If one throws or its promise rejects, the failure is logged and nothing else
 * happens. `call`, and `step` of a run with an outcome, are called after the store has written, so what an observer saw survives a crash.
 */
export interface PeerObserver extends Partial<StepObserver>, Partial<CallObserver> {
  refused?(event: RefusalEvent): void;
  sent?(event: SendEvent): void;
  /** An envelope was not in order: peers with a `link` only. */
  hopRefused?(event: HopRefusalEvent): void;
  /** A run of the interpreter took so long, milliseconds of real time. Unlike `step` it comes at once, and for every run. */
  ran?(event: {
    readonly peerId: string;
    readonly particleSignature: Uint8Array;
    readonly tookMs: number;
  }): void;
  /** The particle has expired on this peer. */
  expired?(event: { readonly peerId: string; readonly particleSignature: Uint8Array }): void;
}
