import { concat } from '../../base/bytes.ts';
import { messageOf } from '../../services/index.ts';
import type { Clock } from '../ports.ts';
import { FrameReader, writeFrame, type StreamFrame } from './framing.ts';
import { LinkError } from './link-error.ts';
import type { LinkReply } from './link.ts';

/** A stream of bytes between two peers, with back-pressure both ways. */
export interface ByteStream {
  /** @returns `false`: wait for `drained` before more. */
  send(bytes: Uint8Array): boolean;
  drained(): Promise<void>;
  pause(): void;
  resume(): void;
  /** Ends it at once. */
  abort(reason: Error): void;
  onData(listener: (bytes: Uint8Array) => void): void;
  onClose(listener: () => void): void;
}

/** Bounds of one stream. */
export interface ChannelBounds {
  /** Bytes of one frame. */
  readonly frameBytesMax: number;
  /** Bytes of requests that wait for their answers, beyond one; more are reported as `transient`. */
  readonly waitingBytesMax: number;
  readonly waitingMax: number;
  /** Requests of the other side that are answered at a time. */
  readonly underWayMax: number;
  /** A request without an answer counts as lost after so long, milliseconds. */
  readonly answerWaitMs: number;
}

interface Waiting {
  readonly size: number;
  settle(reply: LinkReply): void;
}

/** Frames that are sent at a time: each piece of a stream is encrypted and written on its own, whatever its size. Bytes. */
const BATCH_BYTES_MAX = 64 * 1024;

/** Frames go out in order, as fast as the other side takes them; those of one turn go out together. */
class Outlet {
  readonly #stream: ByteStream;
  #queue: Uint8Array[] = [];
  #isBusy = false;

  constructor(stream: ByteStream) {
    this.#stream = stream;
  }

  send(frame: StreamFrame): void {
    this.#queue.push(writeFrame(frame));
    if (!this.#isBusy) void this.#drain();
  }

  async #drain(): Promise<void> {
    this.#isBusy = true;
    try {
      // What one turn brings about is sent in microtasks that stand in the queue already.
      await undefined;
      while (this.#queue.length > 0) if (!this.#stream.send(this.#takeBatch())) await this.#stream.drained();
    } catch (failure) {
      this.#queue = [];
      this.#stream.abort(failure instanceof Error ? failure : new Error(messageOf(failure)));
    } finally {
      this.#isBusy = false;
    }
  }

  /** The first frame, and those after it that fit. */
  #takeBatch(): Uint8Array {
    let [count, size] = [0, 0];
    for (const { length } of this.#queue) {
      if (count > 0 && size + length > BATCH_BYTES_MAX) break;
      count += 1;
      size += length;
    }
    const batch = this.#queue.splice(0, count);
    return count === 1 ? (batch[0] as Uint8Array) : concat(...batch);
  }
}

/** The side that asks: many requests at a time over one stream. */
export class AskingChannel {
  readonly #stream: ByteStream;
  readonly #bounds: ChannelBounds;
  readonly #clock: Clock;
  readonly #outlet: Outlet;
  readonly #waiting = new Map<number, Waiting>();
  #bytes = 0;
  #nextId = 0;
  #isClosed = false;

  constructor(stream: ByteStream, bounds: ChannelBounds, clock: Clock) {
    this.#stream = stream;
    this.#bounds = bounds;
    this.#clock = clock;
    this.#outlet = new Outlet(stream);
    const reader = new FrameReader(bounds.frameBytesMax);
    stream.onData(bytes => {
      try {
        for (const { kind, id, body } of reader.push(bytes)) {
          if (kind !== 'answer')
            throw new LinkError('ERR_LINK_FRAME', 'a request came where answers are expected');
          this.#waiting.get(id)?.settle({ ok: true, frame: body });
        }
      } catch (failure) {
        stream.abort(failure as Error);
      }
    });
    stream.onClose(() => this.#closed('the stream was closed'));
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  request(body: Uint8Array): Promise<LinkReply> {
    const { waitingBytesMax, waitingMax, answerWaitMs } = this.#bounds;
    const count = this.#waiting.size;
    if (this.#isClosed) return Promise.resolve(transient('the stream was closed'));
    if (count >= waitingMax || (count > 0 && this.#bytes + body.length > waitingBytesMax))
      return Promise.resolve(transient(`${count} requests of ${this.#bytes} bytes wait for answers already`));
    const id = this.#nextId;
    this.#nextId = (this.#nextId + 1) % 2 ** 32;
    this.#bytes += body.length;
    return new Promise(resolve => {
      const settle = (reply: LinkReply): void => {
        if (!this.#waiting.delete(id)) return;
        this.#bytes -= body.length;
        cancel();
        resolve(reply);
      };
      this.#waiting.set(id, { size: body.length, settle });
      const cancel = this.#clock.after(answerWaitMs, () => {
        settle(transient(`no answer within ${answerWaitMs} ms`));
        // A stream that moves nothing keeps all that was written to it: it is given up when nothing else waits.
        if (this.#waiting.size === 0) this.#stream.abort(new Error('the other side does not answer'));
      });
      this.#outlet.send({ kind: 'request', id, body });
    });
  }

  close(reason: string): void {
    this.#closed(reason);
    this.#stream.abort(new Error(reason));
  }

  #closed(reason: string): void {
    this.#isClosed = true;
    for (const { settle } of this.#waiting.values()) settle(transient(reason));
  }
}

/** The side that answers. It stops to read while too many requests are under way, so that a busy peer slows its senders down. */
export function answerOn(
  stream: ByteStream,
  bounds: ChannelBounds,
  answer: (body: Uint8Array) => Promise<Uint8Array>,
): void {
  const outlet = new Outlet(stream);
  const reader = new FrameReader(bounds.frameBytesMax);
  /** Came in one piece with others, and are not begun. Nothing more is read meanwhile. */
  const pending: StreamFrame[] = [];
  let underWay = 0;
  let isPaused = false;
  let isClosed = false;
  const serve = async ({ id, body }: StreamFrame): Promise<void> => {
    underWay += 1;
    try {
      const bytes = await answer(body);
      if (!isClosed) outlet.send({ kind: 'answer', id, body: bytes });
    } finally {
      underWay -= 1;
      goOn();
    }
  };
  const goOn = (): void => {
    if (isClosed) return;
    while (underWay < bounds.underWayMax) {
      const next = pending.shift();
      if (next === undefined) break;
      void serve(next).catch((failure: unknown) => stream.abort(new Error(messageOf(failure))));
    }
    const isFull = underWay >= bounds.underWayMax;
    if (isFull === isPaused) return;
    isPaused = isFull;
    if (isFull) stream.pause();
    else stream.resume();
  };
  stream.onClose(() => (isClosed = true));
  stream.onData(bytes => {
    try {
      for (const frame of reader.push(bytes)) {
        if (frame.kind !== 'request')
          throw new LinkError('ERR_LINK_FRAME', 'an answer came where requests are expected');
        pending.push(frame);
      }
      goOn();
    } catch (failure) {
      stream.abort(failure as Error);
    }
  });
}

const transient = (reason: string): LinkReply => ({ ok: false, kind: 'transient', reason });
