import type { Actor, SentTo } from './actor.ts';
import type { Clock } from './ports.ts';

/** First wait before a particle is sent again, milliseconds; each further wait is twice as long, up to the longest. */
const RESEND_MS = 100;
const RESEND_MAX_MS = 60_000;
/** Once a peer is reached, so many sends that wait for it are tried at once, and not more often than this, milliseconds. */
const ROUND_COUNT = 16;
const ROUND_GAP_MS = 250;
/** Each acknowledgement lets so many more follow: the peer itself sets the pace. */
const FOLLOWING_COUNT = 2;

/** Sends a particle again, earlier than its wait says or not. */
export type SendAgain = (actor: Actor, to: string, entry: SentTo, isEarly: boolean) => void;

/** What is under way to one peer, or waits to be sent to it again. */
interface Recipient {
  /** The one that has waited longest comes first. */
  readonly waiting: Map<SentTo, Actor>;
  underWay: number;
  /** When the peer was last reached: milliseconds since 1970. */
  reachedMs: number;
  /** When its last round of early attempts began. */
  roundMs: number;
  cancelRound: (() => void) | undefined;
}

/**
 * Decides when a failed send is tried again: after a wait that grows with its failures, or early, when the peer can be reached again. A
 * peer that only seems to come back gets one round of attempts in a while, so it cannot cause a storm.
 */
export class Resends {
  readonly #clock: Clock;
  readonly #sendAgain: SendAgain;
  /** Peers for which nothing is under way and nothing waits are left out. */
  readonly #recipients = new Map<string, Recipient>();

  constructor(clock: Clock, sendAgain: SendAgain) {
    this.#clock = clock;
    this.#sendAgain = sendAgain;
  }

  /** Nothing is tried again from now on. The waits of single sends are cancelled by their actors. */
  stop(): void {
    for (const { cancelRound } of this.#recipients.values()) cancelRound?.();
    this.#recipients.clear();
  }

  /** An attempt begins. @returns Call it when the attempt has ended, after `wait`. */
  begin(to: string): () => void {
    const recipient = this.#recipientOf(to);
    recipient.underWay += 1;
    return () => {
      recipient.underWay -= 1;
      this.#tidy(to, recipient);
    };
  }

  /**
   * An attempt failed; it is tried again.
   *
   * @param beganMs When the attempt began. If the peer was reached since, the next attempt is early, too.
   * @param isEarly Whether it may be tried early: not if the peer has answered that it is busy.
   */
  wait(actor: Actor, to: string, entry: SentTo, beganMs: number, isEarly: boolean): void {
    const recipient = this.#recipientOf(to);
    const ms = Math.min(RESEND_MS * 2 ** (entry.attempts - 1), RESEND_MAX_MS);
    const cancel = this.#clock.after(ms, () => this.#again(recipient, actor, to, entry, false));
    entry.cancelRetry = () => {
      cancel();
      recipient.waiting.delete(entry);
      this.#tidy(to, recipient);
    };
    if (!isEarly) return;
    recipient.waiting.set(entry, actor);
    if (recipient.reachedMs > beganMs) this.#round(to, recipient);
  }

  /** The peer has connected, or sent something. */
  reached(to: string): void {
    const recipient = this.#recipients.get(to);
    if (recipient === undefined) return;
    recipient.reachedMs = this.#clock.now();
    this.#round(to, recipient);
  }

  /** The peer has acknowledged a particle. */
  acknowledged(to: string): void {
    const recipient = this.#recipients.get(to);
    if (recipient !== undefined) this.#sendOldest(to, recipient, FOLLOWING_COUNT);
  }

  #round(to: string, recipient: Recipient): void {
    if (recipient.cancelRound !== undefined || recipient.waiting.size === 0) return;
    const now = this.#clock.now();
    // A clock that was set back makes no wait longer.
    const wait = Math.min(ROUND_GAP_MS, recipient.roundMs + ROUND_GAP_MS - now);
    if (wait > 0) {
      recipient.cancelRound = this.#clock.after(wait, () => {
        recipient.cancelRound = undefined;
        this.#round(to, recipient);
      });
      return;
    }
    recipient.roundMs = now;
    this.#sendOldest(to, recipient, ROUND_COUNT);
  }

  #sendOldest(to: string, recipient: Recipient, count: number): void {
    const oldest: [SentTo, Actor][] = [];
    for (const one of recipient.waiting) {
      if (oldest.length === count) break;
      oldest.push(one);
    }
    for (const [entry, actor] of oldest) this.#again(recipient, actor, to, entry, true);
  }

  /** Between its wait and its attempt a send counts as under way, so that what is known of the peer is kept. */
  #again(recipient: Recipient, actor: Actor, to: string, entry: SentTo, isEarly: boolean): void {
    recipient.underWay += 1;
    this.#sendAgain(actor, to, entry, isEarly);
    recipient.underWay -= 1;
    this.#tidy(to, recipient);
  }

  #recipientOf(to: string): Recipient {
    const known = this.#recipients.get(to);
    if (known !== undefined) return known;
    const made = {
      waiting: new Map<SentTo, Actor>(),
      underWay: 0,
      reachedMs: -Infinity,
      roundMs: -Infinity,
      cancelRound: undefined,
    };
    this.#recipients.set(to, made);
    return made;
  }

  #tidy(to: string, recipient: Recipient): void {
    if (recipient.waiting.size > 0 || recipient.underWay > 0) return;
    recipient.cancelRound?.();
    recipient.cancelRound = undefined;
    if (this.#recipients.get(to) === recipient) this.#recipients.delete(to);
  }
}
