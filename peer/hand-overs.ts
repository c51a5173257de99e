import { messageOf } from '../services/index.ts';
import type { Particle } from './particle.ts';
import type { Clock } from './ports.ts';
import type { Refusal } from './refusal.ts';
import type { SendReport, Transport } from './transports/transport.ts';

/** A transport that reports nothing for this long counts as failed, milliseconds. */
const REPORT_WAIT_MS = 30_000;

/** A particle that was given to the transport. */
interface HandOver {
  /** Milliseconds since 1970. */
  readonly since: number;
  readonly end: (report: SendReport) => void;
}

const SILENCE: SendReport = {
  ok: false,
  kind: 'transient',
  reason: `the transport gave no report within ${REPORT_WAIT_MS} ms`,
};

/**
 * Hands particles to the transport; each gets a report in time. Many may be under way at once, so one timer serves all: they wait
 * equally long, and the oldest is over first.
 */
export class HandOvers {
  readonly #transport: Transport;
  readonly #clock: Clock;
  /** The oldest comes first. */
  readonly #underWay = new Set<HandOver>();
  #cancel: (() => void) | undefined;

  constructor(transport: Transport, clock: Clock) {
    this.#transport = transport;
    this.#clock = clock;
  }

  /** @param end Gets the report, never before this method has returned. Must not throw. */
  begin(to: string, particle: Particle, end: (report: SendReport) => void): void {
    const handOver = { since: this.#clock.now(), end };
    this.#underWay.add(handOver);
    if (this.#cancel === undefined) this.#awaitOldest();
    this.#send(to, particle).then(
      given => this.#end(handOver, reportOf(given)),
      (failure: unknown) => this.#end(handOver, failed(failure)),
    );
  }

  #send(to: string, particle: Particle): Promise<unknown> {
    try {
      return Promise.resolve(this.#transport.send(to, particle));
    } catch (failure) {
      return Promise.reject(failure as Error);
    }
  }

  /** The first report counts. */
  #end(handOver: HandOver, report: SendReport): void {
    if (!this.#underWay.delete(handOver)) return;
    if (this.#underWay.size === 0) {
      this.#cancel?.();
      this.#cancel = undefined;
    }
    handOver.end(report);
  }

  #awaitOldest(): void {
    const [oldest] = this.#underWay;
    if (oldest === undefined) return;
    // A clock that was set back makes no wait longer.
    const wait = Math.min(REPORT_WAIT_MS, oldest.since + REPORT_WAIT_MS - this.#clock.now());
    this.#cancel = this.#clock.after(wait, () => {
      this.#cancel = undefined;
      this.#end(oldest, SILENCE);
      if (this.#cancel === undefined) this.#awaitOldest();
    });
  }
}

/**
 * Copies a transport's report into plain values, with text as the reason. A transport may pass on what a stranger wrote; a report that
 * cannot be read counts as a failure.
 */
function reportOf(given: unknown): SendReport {
  try {
    const { ok, kind, reason, refusal, isBusy } = Object(given) as Partial<Record<string, unknown>>;
    if (ok === true) return { ok };
    const text = typeof reason === 'string' ? reason : 'the transport gave no reason';
    const isFinal = kind === 'permanent' || kind === 'too-large';
    const report = {
      ok: false,
      reason: text,
      kind: isFinal ? kind : 'transient',
      ...(isBusy === true && { isBusy }),
    } as const;
    if (typeof refusal !== 'object' || refusal === null) return report;
    return { ...report, refusal: { ...(refusal as Refusal) } };
  } catch (failure) {
    return failed(failure);
  }
}

const failed = (failure: unknown): SendReport => ({
  ok: false,
  kind: 'transient',
  reason: `the transport failed: ${messageOf(failure)}`,
});
