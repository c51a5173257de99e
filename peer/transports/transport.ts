import { BerylError } from '../../base/error.ts';
import type { Contacts } from '../../services/index.ts';
import type { Particle } from '../particle.ts';
import type { Receive } from '../hop-answer.ts';
import type { Refusal } from '../refusal.ts';

/** Why a transport holds a peer up. */
export type TransportErrorCode =
  /** It did not start, or stop, in time. */
  'ERR_TRANSPORT_TIMEOUT';

/** A transport that could not start or send. Its code is a {@link TransportErrorCode}. */
export class TransportError extends BerylError<TransportErrorCode> {
  override readonly name = 'TransportError';
}

/**
 * The result of a send. `ok`: the other peer has stored the particle. Otherwise `kind` says what to do:
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
      /** The other peer was reached and has answered that it is busy: it gets time before the particle is sent again. */
      readonly isBusy?: boolean;
      /** The other peer's refusal, if it sent one. */
      readonly refusal?: Refusal;
    };

/** Moves particles between peers. It verifies nothing: the receiving peer does. */
export interface Transport {
  /**
   * Begins to call `receive` for each particle that arrives, with the peer that handed it over. Its promise settles when the particle
   * is stored or refused. The transport reports that to the sender, which keeps the particle until then.
   *
   * @param reached Called when a peer has connected: what waits for it is sent again at once. A particle from a peer says the same, so a
   *   transport without connections never calls it.
   */
  start(receive: Receive, reached?: (peerId: string) => void): void | Promise<void>;
  /** An unreachable peer gives a report, not an error. A rejected promise counts as `transient`. */
  send(to: string, particle: Particle): Promise<SendReport>;
  stop(): void | Promise<void>;
  /** What it knows of other peers, for the builtins `kad` and `peer`. Left out: nothing. */
  readonly contacts?: Contacts;
}
