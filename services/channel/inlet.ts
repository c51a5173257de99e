import { ChannelError } from './errors.ts';
import { decodeFrame, FrameSplitter } from './frame.ts';
import type { RawFrame } from './frame.ts';
import { WAITING_BYTES_MAX } from './limits.ts';

export interface InletOptions {
  /** Bytes of a frame until `open`. */
  readonly firstBytesMax: number;
  readonly bytesMax: number;
  /** Frames that may wait while one is handled. */
  readonly framesMax: number;
  /** Handles one message; the next waits until this resolves. */
  handle(frame: RawFrame): Promise<void> | undefined;
  /** A message has no form, or handling one failed: the connection must end. Called once. */
  failed(error: unknown): void;
}

/** Takes the pieces of a link apart, and has the messages handled one after the other. */
export class Inlet {
  readonly #options: InletOptions;
  readonly #splitter: FrameSplitter;
  readonly #frames: RawFrame[] = [];
  /** Bytes of the frames that wait. */
  #bytes = 0;
  #isBusy = false;
  /** Messages that were complete. */
  #complete = 0;
  #isOver = false;

  constructor(options: InletOptions) {
    this.#options = options;
    this.#splitter = new FrameSplitter(options.firstBytesMax);
  }

  /** The other side has proven its key: from now on its frames may be large. */
  open(): void {
    this.#splitter.bytesMax = this.#options.bytesMax;
  }

  /** Whatever still arrives is dropped. */
  stop(): void {
    this.#isOver = true;
    this.#frames.length = 0;
  }

  /** The number of the message that has begun and is not complete; `undefined` if there is none. */
  get unfinished(): number | undefined {
    return !this.#isOver && this.#splitter.isHolding ? this.#complete : undefined;
  }

  push(piece: Uint8Array): void {
    if (this.#isOver) return;
    this.#splitter.push(piece);
    this.#guard(() => this.#run());
  }

  #run(): void {
    while (!this.#isOver) {
      if (this.#isBusy) {
        this.#queue();
        return;
      }
      const frame = this.#waiting() ?? this.#decode();
      if (frame === undefined) return;
      const work = this.#options.handle(frame);
      if (work === undefined) continue;
      this.#isBusy = true;
      work.then(
        () => {
          this.#isBusy = false;
          this.#guard(() => this.#run());
        },
        (failure: unknown) => this.#fail(failure),
      );
    }
  }

  #waiting(): RawFrame | undefined {
    const frame = this.#frames.shift();
    this.#bytes -= frame?.signed.length ?? 0;
    return frame;
  }

  #decode(): RawFrame | undefined {
    const body = this.#splitter.next();
    if (body === undefined) return undefined;
    this.#complete += 1;
    return decodeFrame(body);
  }

  /** What arrives meanwhile is cut now, so that the bounds hold. */
  #queue(): void {
    for (let frame = this.#decode(); frame !== undefined; frame = this.#decode()) {
      const { framesMax, bytesMax } = this.#options;
      this.#bytes += frame.signed.length;
      if (this.#frames.length >= framesMax || this.#bytes > Math.max(WAITING_BYTES_MAX, bytesMax))
        throw new ChannelError('ERR_CHANNEL_FRAME', 'more messages arrive than may wait');
      this.#frames.push(frame);
    }
  }

  #guard(work: () => void): void {
    try {
      work();
    } catch (failure) {
      this.#fail(failure);
    }
  }

  #fail(failure: unknown): void {
    if (this.#isOver) return;
    this.stop();
    this.#options.failed(failure);
  }
}
