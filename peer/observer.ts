import type { StepObserver } from '../interpreter/index.ts';
import type { CallObserver } from '../services/index.ts';
import type { ParticleHeader } from './particle.ts';
import type { Refusal } from './refusal.ts';

/** Something was refused: a particle at the door (`admission`), its data by the interpreter (`verification`). */
export interface RefusalEvent {
  readonly peerId: string;
  readonly stage: 'admission' | 'verification';
  /** Who handed it over; the peer itself for its own call results. */
  readonly from: string;
  readonly particle: Pick<ParticleHeader, 'id' | 'initPeerId' | 'signature'>;
  /** `ERR_…`, or `ERR_RUN_<return code>`. */
  readonly code: string;
  readonly message: string;
  /** With code `ERR_RUN_14`, once per peer that told two stories: what convicts it before anybody, for `verifyEquivocation`. */
  readonly evidence?: Uint8Array;
}

export interface SendEvent {
  readonly peerId: string;
  readonly to: string;
  readonly particleSignature: Uint8Array;
  /** Set if the particle could not be handed over. */
  readonly failure?: string;
  /** What the other peer said, if it refused: signed by it, and a hint all the same. */
  readonly refusal?: Refusal;
}

/**
 * What happens on a peer. All of it is optional; an observer that throws, or whose promise rejects, is logged and otherwise ignored.
 * `step` of a run that counts, and `call`, come after the store has kept them: what an observer has seen survives a crash.
 */
export interface PeerObserver extends Partial<StepObserver>, Partial<CallObserver> {
  refused?(event: RefusalEvent): void;
  sent?(event: SendEvent): void;
  /** The particle's life on this peer is over. */
  expired?(event: { readonly peerId: string; readonly particleSignature: Uint8Array }): void;
}
