import { messageOf } from '../services/index.ts';
import type { Actor, SentTo } from './actor.ts';
import { RunFailure } from './errors.ts';
import type { Host } from './host.ts';
import { verifyRefusal, type Refusal } from './refusal.ts';
import type { SendReport } from './transports/transport.ts';

/** First wait before a particle is sent again, milliseconds; each further one is twice as long, up to the longest. */
const RESEND_MS = 100;
const RESEND_MAX_MS = 60_000;
/** A transport that has said nothing for so long counts as failed, milliseconds. */
const REPORT_WAIT_MS = 30_000;
/** Failed attempts, about 3 s, after which the program that started the particle learns of it. */
const ATTEMPTS_TOLD = 6;

/**
 * Hands particles over until the other peer has stored them: acknowledged, or refused for good, or expired. Sending again is
 * harmless, since merging is idempotent.
 */
export class Sends {
  readonly #host: Host;
  readonly #changed: (actor: Actor) => void;
  #isStopped = false;

  /** @param changed Something of the actor's sends has ended. */
  constructor(host: Host, changed: (actor: Actor) => void) {
    this.#host = host;
    this.#changed = changed;
  }

  start(): void {
    this.#isStopped = false;
  }

  /** Nothing is sent any more. The store knows what still has to be sent. */
  stop(): void {
    this.#isStopped = true;
  }

  forget(actor: Actor): void {
    for (const { cancelRetry } of actor.sentTo.values()) cancelRetry?.();
  }

  /** Sends data, instead of older data that still waits to be sent. */
  send(actor: Actor, to: string, data: Uint8Array): void {
    const entry = actor.sent(to, data, this.#host.clock.now());
    void this.#attempt(actor, to, entry);
  }

  async #attempt(actor: Actor, to: string, entry: SentTo): Promise<void> {
    const { clock, notify } = this.#host;
    entry.cancelRetry?.();
    entry.cancelRetry = undefined;
    const data = entry.pending;
    if (data === undefined || actor.isGone || this.#isStopped || clock.now() > actor.deadline) return;
    entry.attempts += 1;
    const report = await this.#handOver(actor, to, data);
    const refusal = report.ok ? undefined : this.#believed(report.refusal, actor, to);
    const failure = report.ok ? undefined : (refusal && hintOf(refusal, clock.now())) || report.reason;
    notify('sent', {
      peerId: this.#host.peerId,
      to,
      particleSignature: actor.header.signature,
      ...(failure !== undefined && { failure }),
      ...(refusal && { refusal }),
    });
    // While it was on its way newer data may have been sent: then that attempt decides.
    if (actor.isGone || entry.pending !== data) return;
    if (report.ok) {
      Object.assign(entry, { pending: undefined, attempts: 0, failure: undefined });
    } else {
      this.#failed(actor, to, entry, failure ?? report.reason, report.kind, refusal);
    }
    this.#changed(actor);
  }

  async #handOver(actor: Actor, to: string, data: Uint8Array): Promise<SendReport> {
    let cancel = (): void => undefined;
    const silence = new Promise<SendReport>(resolve => {
      const reason = `the transport gave no report within ${REPORT_WAIT_MS} ms`;
      cancel = this.#host.clock.after(REPORT_WAIT_MS, () =>
        resolve({ ok: false, kind: 'transient', reason }),
      );
    });
    try {
      return reportOf(
        await Promise.race([this.#host.transport.send(to, { ...actor.header, data }), silence]),
      );
    } catch (failure) {
      return { ok: false, kind: 'transient', reason: `the transport failed: ${messageOf(failure)}` };
    } finally {
      cancel();
    }
  }

  #failed(
    actor: Actor,
    to: string,
    entry: SentTo,
    reason: string,
    kind: 'transient' | 'permanent' | 'too-large',
    refusal: Refusal | undefined,
  ): void {
    this.#host.warn('could not send a particle', { particleId: actor.header.id, to, reason, kind });
    entry.failure = reason;
    if (kind !== 'transient') {
      entry.pending = undefined;
    } else if (!this.#isStopped) {
      const wait = Math.min(RESEND_MS * 2 ** (entry.attempts - 1), RESEND_MAX_MS);
      entry.cancelRetry = this.#host.clock.after(wait, () => void this.#attempt(actor, to, entry));
    }
    if (!isHopeless(actor)) return;
    const details = { to, reason, ...(refusal && { refusal: plainRefusal(refusal) }) };
    actor.settler?.reject(
      new RunFailure('ERR_STARTED_SEND', `could not send the particle to \`${to}\`: ${reason}`, details),
    );
  }

  #believed(refusal: Refusal | undefined, { header }: Actor, to: string): Refusal | undefined {
    if (refusal === undefined) return undefined;
    const expected = { by: to, to: this.#host.peerId, particleSignature: header.signature };
    return verifyRefusal(refusal, expected) ? refusal : undefined;
  }
}

/**
 * What a transport says, made safe to read: a copy, with text for the reason. A transport may hand on what a stranger wrote, and a
 * report that cannot be read is one of a failure.
 *
 * @throws Whatever a hostile object throws when it is read.
 */
function reportOf(given: unknown): SendReport {
  const { ok, kind, reason, refusal } = Object(given) as Partial<Record<string, unknown>>;
  if (ok === true) return { ok };
  const text = typeof reason === 'string' ? reason : 'the transport gave no reason';
  const isFinal = kind === 'permanent' || kind === 'too-large';
  const report = { ok: false, reason: text, kind: isFinal ? kind : 'transient' } as const;
  if (typeof refusal !== 'object' || refusal === null) return report;
  return { ...report, refusal: { ...(refusal as Refusal) } };
}

/** Other branches may still succeed, so a failed send ends only a run that nothing else can bring forward. */
function isHopeless(actor: Actor): boolean {
  if (actor.wantsToRun || actor.isBlocked || actor.calls.size > 0) return false;
  for (const { pending, failure, attempts } of actor.sentTo.values()) {
    if (failure === undefined || (pending !== undefined && attempts < ATTEMPTS_TOLD)) return false;
  }
  return true;
}

const ABOUT_TIME: ReadonlySet<string> = new Set(['ERR_PARTICLE_FUTURE', 'ERR_PARTICLE_EXPIRED']);

/** What the other peer says, for people. */
function hintOf({ by, code, message, atMs }: Refusal, nowMs: number): string {
  const skew = ABOUT_TIME.has(code) ? `; its clock is ${skewText(atMs - nowMs)}` : '';
  return `peer \`${by}\` refused it: ${code}: ${message}${skew}`;
}

const skewText = (ms: number): string =>
  `${(Math.abs(ms) / 1000).toFixed(1)} s ${ms < 0 ? 'behind' : 'ahead of'} this peer’s`;

const plainRefusal = ({ by, code, message, atMs }: Refusal) => ({ by, code, message, atMs });
