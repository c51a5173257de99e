import type { Clock } from '../clock.ts';
import { messageOf } from '../text.ts';
import { ChannelError } from './errors.ts';
import { FROM_HOST, FROM_SERVICE } from './frame.ts';
import type { Direction, FrameType, RawFrame } from './frame.ts';
import { Gate } from './gate.ts';
import type { Objection } from './gate.ts';
import type { Hmac } from './hmac.ts';
import { Inlet } from './inlet.ts';
import {
  ASKS_MAX,
  CONTROL_FRAMES_MAX,
  FIRST_FRAME_BYTES_MAX,
  REFUSAL_BYTES_MAX,
  REJECTS_MAX,
} from './limits.ts';
import type { ChannelLink } from './link.ts';
import type { ChannelMode } from './mode.ts';
import { Outlet } from './outlet.ts';
import type { Rejects } from './rejects.ts';

/** What both sides of a connection are given. */
export interface ConnectionOptions {
  /** Of the channel. */
  readonly name: string;
  readonly mode: ChannelMode;
  readonly clock: Clock;
  readonly rejects: Rejects;
  readonly windowMs: number;
  readonly handshakeMs: number;
  readonly frameBytesMax: number;
  readonly waitingBytesMax: number;
  readonly callsMax: number;
  /** It has ended. Called once, also if it never opened. */
  ended(reason: ChannelError): void;
}

/** What one side does with the messages of the other. */
export interface Side {
  readonly direction: Direction;
  /** Of messages of this type the proof counts in every mode but `off`. */
  readonly provenType: FrameType;
  /** Says why the connection has ended if the first messages did not come. */
  readonly lateText: string;
  readonly lostText: string;
  /** The key that a message may use now, derived for this connection. */
  hmacOf(keyId: Uint8Array, frame: RawFrame): Hmac | undefined;
  /** Whether this rejected message ends the connection. */
  isFatal(objection: Objection, frame: RawFrame): boolean;
  /** Handles a message; the next one waits until this resolves. */
  process(frame: RawFrame, objection: Objection | undefined): Promise<void> | undefined;
  /** It has ended: nothing waits for anything any more. Called once, before `ended`. */
  release(reason: ChannelError): void;
}

/**
 * What both sides of a connection have in common: messages go out with number and MAC, those that arrive pass the gate one after the other, and
 * a side that only makes work ends the connection.
 */
export class Connection {
  readonly outlet: Outlet;
  readonly #link: ChannelLink;
  readonly #options: ConnectionOptions;
  readonly #side: Side;
  readonly #gate: Gate;
  readonly #inlet: Inlet;
  #endTimer: () => void = () => undefined;
  /** Messages that were rejected. */
  #rejected = 0;
  #isOver = false;
  /** The message that must be complete in time, and how to end that watch. */
  #watched: number | undefined;
  #endWatch: () => void = () => undefined;

  constructor(link: ChannelLink, options: ConnectionOptions, side: Side) {
    this.#link = link;
    this.#options = options;
    this.#side = side;
    const { clock, mode, windowMs, frameBytesMax, callsMax } = options;
    this.outlet = new Outlet(side.direction, clock);
    this.#gate = new Gate({
      mode,
      from: side.direction === FROM_HOST ? FROM_SERVICE : FROM_HOST,
      clock,
      windowMs,
      hmacOf: (keyId, frame) => side.hmacOf(keyId, frame),
    });
    this.#inlet = new Inlet({
      firstBytesMax: FIRST_FRAME_BYTES_MAX,
      bytesMax: frameBytesMax,
      framesMax: callsMax + ASKS_MAX + CONTROL_FRAMES_MAX,
      handle: frame => this.#handle(frame),
      failed: failure => this.#failed(failure),
    });
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Listens. The first messages must come in time. */
  begin(): void {
    const { clock, handshakeMs } = this.#options;
    const { lateText, lostText } = this.#side;
    this.#endTimer = clock.after(handshakeMs, () =>
      this.end(new ChannelError('ERR_CHANNEL_DOWN', `${lateText} within ${handshakeMs} ms`)),
    );
    this.#link.onClose(() => this.end(new ChannelError('ERR_CHANNEL_LOST', lostText)));
    this.#link.onData(piece => {
      this.#inlet.push(piece);
      this.#watch();
    });
  }

  /** The other side has proven its key: its messages may be large. */
  widen(): void {
    this.#inlet.open();
  }

  /** The first messages are over. */
  opened(): void {
    this.#endTimer();
  }

  send(type: FrameType, name: string, content: string): void {
    if (!this.#isOver) this.#link.send(this.outlet.seal(type, name, content));
  }

  /** The other side has not taken as many bytes as may wait: nothing new is begun for it. */
  get isFull(): boolean {
    return this.#link.waitingBytes > this.#options.waitingBytesMax;
  }

  /** Sends a short refusal. Those have some room beyond the bound; a side that goes on without taking them ends the connection. */
  refuse(type: 'answer' | 'reply', name: string, content: string): void {
    if (this.#isOver) return undefined;
    if (this.#link.waitingBytes <= this.#options.waitingBytesMax + REFUSAL_BYTES_MAX)
      return this.send(type, name, content);
    const error = new ChannelError(
      'ERR_CHANNEL_BUSY',
      'the other side takes none of the bytes that wait for it',
    );
    this.#options.rejects.add(error, 'enforce');
    return this.end(error);
  }

  /** Counts a message that is not processed. Too many of them end the connection: their sender only makes work. */
  reject(objection: Objection, frame: RawFrame): void {
    if (this.#isOver) return;
    this.#options.rejects.add(objection, 'enforce', frame);
    this.#count();
  }

  end(reason: ChannelError): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#endTimer();
    this.#endWatch();
    this.#inlet.stop();
    this.#side.release(reason);
    this.#link.close();
    this.#options.ended(reason);
  }

  /** A length that was changed on the way would have this side wait for bytes that never come. Where times count, it would come too late anyway. */
  #watch(): void {
    const { mode, clock, windowMs, rejects } = this.#options;
    const unfinished = mode === 'enforce' ? this.#inlet.unfinished : undefined;
    if (unfinished === this.#watched) return;
    this.#endWatch();
    this.#endWatch = () => undefined;
    this.#watched = unfinished;
    if (unfinished === undefined) return;
    this.#endWatch = clock.after(windowMs, () => {
      const error = new ChannelError('ERR_CHANNEL_TIME', `a message was not complete within ${windowMs} ms`);
      rejects.add(error, 'enforce');
      this.end(error);
    });
  }

  #handle(frame: RawFrame): Promise<void> | undefined {
    const { rejects, mode } = this.#options;
    const objection = this.#gate.check(frame);
    const strictness = frame.type === this.#side.provenType && mode === 'monitor' ? 'enforce' : mode;
    if (objection === undefined || !rejects.add(objection, strictness, frame))
      return this.#side.process(frame, objection);
    if (objection.isFatal === true || this.#side.isFatal(objection, frame))
      this.end(new ChannelError(objection.code, objection.message));
    else this.#count();
    return undefined;
  }

  #count(): void {
    this.#rejected += 1;
    if (this.#rejected < REJECTS_MAX) return;
    const text = `${REJECTS_MAX} messages of this connection were rejected; see the log for their codes`;
    const error = new ChannelError('ERR_CHANNEL_FLOOD', text);
    this.#options.rejects.ended(error);
    this.end(error);
  }

  #failed(failure: unknown): void {
    if (failure instanceof ChannelError) this.#options.rejects.add(failure, 'enforce');
    const code = failure instanceof ChannelError ? failure.code : 'ERR_CHANNEL_LOST';
    this.end(new ChannelError(code, messageOf(failure)));
  }
}
