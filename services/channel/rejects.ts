import type { Clock } from '../clock.ts';
import { DropLog } from '../drop-log.ts';
import type { Logger } from '../logger.ts';
import type { ChannelErrorCode } from './errors.ts';
import type { RawFrame } from './frame.ts';
import type { Objection } from './gate.ts';
import { REJECTS_LOGGED_MAX } from './limits.ts';
import type { ChannelMode } from './mode.ts';
import { oneLine } from '../text.ts';

/** Of a reason in the log. */
const REASON_MAX = 400;

/** How many messages one side has rejected, and how many it has processed in `monitor` although it objected, by code. */
export interface RejectCounts {
  readonly rejected: Readonly<Partial<Record<ChannelErrorCode, number>>>;
  readonly noted: Readonly<Partial<Record<ChannelErrorCode, number>>>;
}

/** Counts objections, and logs them at a bounded rate. */
export class Rejects {
  readonly #channel: string;
  readonly #clock: Clock;
  readonly #rejected = new Map<ChannelErrorCode, number>();
  readonly #noted = new Map<ChannelErrorCode, number>();
  readonly #rejectLog: DropLog;
  readonly #noteLog: DropLog;
  readonly #endLog: DropLog;

  constructor(channel: string, clock: Clock, logger: Logger | undefined) {
    this.#channel = channel;
    this.#clock = clock;
    this.#rejectLog = new DropLog(logger, 'a message of a channel was rejected', REJECTS_LOGGED_MAX);
    this.#noteLog = new DropLog(logger, '`enforce` would reject a message of a channel', REJECTS_LOGGED_MAX);
    this.#endLog = new DropLog(logger, 'a connection of a channel was ended', REJECTS_LOGGED_MAX);
  }

  get counts(): RejectCounts {
    return { rejected: Object.fromEntries(this.#rejected), noted: Object.fromEntries(this.#noted) };
  }

  /** Counts and logs that a connection was ended for its rejected messages; their own entries do not leave this one out. */
  ended({ code, message }: Objection): void {
    this.#rejected.set(code, (this.#rejected.get(code) ?? 0) + 1);
    this.#endLog.add(this.#clock.now(), { channel: this.#channel, code, reason: message });
  }

  /** @returns Whether the message must not be processed. */
  add(objection: Objection, mode: ChannelMode, frame?: RawFrame): boolean {
    // A reflected or malformed message is not one of the other side, in any mode.
    const isNoted =
      mode === 'monitor' &&
      objection.code !== 'ERR_CHANNEL_DIRECTION' &&
      objection.code !== 'ERR_CHANNEL_FRAME';
    const counts = isNoted ? this.#noted : this.#rejected;
    counts.set(objection.code, (counts.get(objection.code) ?? 0) + 1);
    (isNoted ? this.#noteLog : this.#rejectLog).add(this.#clock.now(), {
      channel: this.#channel,
      code: objection.code,
      reason: oneLine(objection.message, REASON_MAX),
      ...(frame && { type: frame.type, name: oneLine(frame.name), sequence: frame.sequence }),
    });
    return !isNoted;
  }
}
