import type { Particle } from '../particle.ts';
import type { Receive } from '../receipt.ts';
import type { Refusal } from '../refusal.ts';

/**
 * What is known of a send. `ok`: the other peer has stored the particle. Else `kind` says what to do:
 *
 * - `transient`: not reached, not answered, or busy; the peer sends again, which is harmless.
 * - `permanent`: sending it again changes nothing.
 * - `too-large`: this transport cannot carry it.
 */
export type SendReport =
  | { readonly ok: true }
  | {
      readonly ok: false;
      readonly reason: string;
      readonly kind: 'transient' | 'permanent' | 'too-large';
      /** What the other peer said, if it refused. */
      readonly refusal?: Refusal;
    };

/** Moves particles between peers. Verifies nothing: that is the business of the peer that receives. */
export interface Transport {
  /**
   * From now on `receive` is called for each particle that arrives, with the peer that handed it over. Its promise settles when
   * the particle is stored, or not taken; the transport tells the sender, so that nothing is lost between two stores.
   */
  start(receive: Receive): void | Promise<void>;
  /** An unreachable peer is a report. A promise that rejects counts as `transient`. */
  send(to: string, particle: Particle): Promise<SendReport>;
  stop(): void | Promise<void>;
}
