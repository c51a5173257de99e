import type { Actor, SentTo } from './actor.ts';
import { StartedFailure } from './errors.ts';
import { HandOvers } from './hand-overs.ts';
import type { Host } from './host.ts';
import { verifyRefusal, type Refusal } from './refusal.ts';
import { Resends } from './resends.ts';
import type { SendReport } from './transports/transport.ts';

type Failure = Exclude<SendReport, { readonly ok: true }>;

/** After this many failed attempts, about 3 s, the failure is reported to the program that started the particle. */
const ATTEMPTS_TOLD = 6;

/** Data that was handed over, and when: milliseconds since 1970. */
interface Attempt {
  readonly data: Uint8Array;
  readonly beganMs: number;
}

/**
 * Sends each particle until the other peer acknowledges it or refuses it permanently, or until it expires. Sending again is harmless,
 * since merging is idempotent.
 */
export class Sends {
  readonly #host: Host;
  readonly #handOvers: HandOvers;
  readonly #resends: Resends;
  readonly #changed: (actor: Actor) => void;
  #isStopped = false;

  /** @param changed Called when one of the actor's sends has ended. */
  constructor(host: Host, changed: (actor: Actor) => void) {
    this.#host = host;
    this.#handOvers = new HandOvers(host.transport, host.clock);
    this.#resends = new Resends(host.clock, (actor, to, entry, isEarly) =>
      this.#attempt(actor, to, entry, isEarly),
    );
    this.#changed = changed;
  }

  start(): void {
    this.#isStopped = false;
  }

  /** Sends nothing from now on. The store holds what still has to be sent. */
  stop(): void {
    this.#isStopped = true;
    this.#resends.stop();
  }

  /** A peer has connected, or sent something: what waits for it is sent again now, not after its wait. */
  reached(peerId: string): void {
    if (!this.#isStopped) this.#resends.reached(peerId);
  }

  forget(actor: Actor): void {
    for (const { cancelRetry } of actor.sentTo.values()) cancelRetry?.();
  }

  /** Sends data; it replaces older data that still waits to be sent. */
  send(actor: Actor, to: string, data: Uint8Array): void {
    const entry = actor.sent(to, data, this.#host.clock.now());
    this.#attempt(actor, to, entry, false);
  }

  /** @param isEarly An early attempt counts neither towards the next wait nor towards the failure that is reported. */
  #attempt(actor: Actor, to: string, entry: SentTo, isEarly: boolean): void {
    entry.cancelRetry?.();
    entry.cancelRetry = undefined;
    const data = entry.pending;
    if (data === undefined || actor.isGone || this.#isStopped) return;
    if (this.#host.clock.now() > actor.deadline) return;
    if (!isEarly) entry.attempts += 1;
    const beganMs = this.#host.clock.now();
    const denial = this.#denial(to);
    if (denial !== undefined) {
      this.#reported(actor, to, entry, { data, beganMs }, denial);
      return;
    }
    const end = this.#resends.begin(to);
    this.#handOvers.begin(to, { ...actor.header, data }, report => {
      this.#reported(actor, to, entry, { data, beganMs }, report);
      end();
    });
  }

  #reported(actor: Actor, to: string, entry: SentTo, { data, beganMs }: Attempt, report: SendReport): void {
    const { clock, notify } = this.#host;
    const refusal = report.ok ? undefined : this.#believed(report.refusal, actor, to);
    const failure = report.ok ? undefined : (refusal && hintOf(refusal, clock.now())) || report.reason;
    notify('sent', {
      peerId: this.#host.peerId,
      to,
      particleSignature: actor.header.signature,
      ...(failure !== undefined && { failure }),
      ...(refusal && { refusal }),
    });
    if (report.ok && !this.#isStopped) this.#resends.acknowledged(to);
    // Newer data may have been sent in the meantime: then that attempt decides.
    if (actor.isGone || entry.pending !== data) return;
    if (report.ok) {
      Object.assign(entry, { pending: undefined, attempts: 0, failure: undefined });
    } else {
      this.#failed(actor, to, entry, beganMs, { ...report, reason: failure ?? report.reason }, refusal);
    }
    this.#changed(actor);
  }

  /** A denied host gets nothing either. */
  #denial(to: string): SendReport | undefined {
    if (!this.#host.denied.has(to, 'host')) return undefined;
    return { ok: false, kind: 'permanent', reason: `host \`${to}\` is on this peer’s deny list` };
  }

  #failed(
    actor: Actor,
    to: string,
    entry: SentTo,
    beganMs: number,
    { reason, kind, isBusy }: Failure,
    refusal: Refusal | undefined,
  ): void {
    this.#host.warn('could not send a particle', { particleId: actor.header.id, to, reason, kind });
    entry.failure = reason;
    if (kind !== 'transient') {
      entry.pending = undefined;
    } else if (!this.#isStopped) {
      this.#resends.wait(actor, to, entry, beganMs, isBusy !== true);
    }
    if (!isHopeless(actor)) return;
    const details = { to, reason, ...(refusal && { refusal: plainRefusal(refusal) }) };
    actor.settler?.reject(
      new StartedFailure('ERR_STARTED_SEND', `could not send the particle to \`${to}\`: ${reason}`, details),
    );
  }

  #believed(refusal: Refusal | undefined, { header }: Actor, to: string): Refusal | undefined {
    if (refusal === undefined) return undefined;
    const expected = { by: to, to: this.#host.peerId, particleSignature: header.signature };
    return verifyRefusal(refusal, expected) ? refusal : undefined;
  }
}

/** Other branches may still succeed, so a failed send ends a run only if nothing else can continue it. */
function isHopeless(actor: Actor): boolean {
  if (actor.wantsToRun || actor.isBlocked || actor.calls.size > 0) return false;
  const isPatient = actor.settler?.isPatient === true;
  for (const { pending, failure, attempts } of actor.sentTo.values()) {
    const mayWork = pending !== undefined && (isPatient || attempts < ATTEMPTS_TOLD);
    if (failure === undefined || mayWork) return false;
  }
  return true;
}

const ABOUT_TIME: ReadonlySet<string> = new Set(['ERR_PARTICLE_FUTURE', 'ERR_PARTICLE_EXPIRED']);

/** The other peer's refusal as text. */
function hintOf({ by, code, message, atMs }: Refusal, nowMs: number): string {
  const skew = ABOUT_TIME.has(code) ? `; its clock is ${skewText(atMs - nowMs)}` : '';
  return `peer \`${by}\` refused it: ${code}: ${message}${skew}`;
}

const skewText = (ms: number): string =>
  `${(Math.abs(ms) / 1000).toFixed(1)} s ${ms < 0 ? 'behind' : 'ahead of'} this peer’s`;

const plainRefusal = ({ by, code, message, atMs }: Refusal) => ({ by, code, message, atMs });
