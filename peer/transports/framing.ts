import { addPiece, concat } from '../../base/bytes.ts';
import { LinkError } from './link-error.ts';

/** What one stream carries: requests of the side that opened it, and their answers. */
export interface StreamFrame {
  readonly kind: 'request' | 'answer';
  /** Chosen by the asking side; the answer repeats it. */
  readonly id: number;
  readonly body: Uint8Array;
}

const KINDS = ['request', 'answer'] as const;
const HEADER_BYTES = 9;

/** Length of the body (4 bytes, big-endian), kind (1 byte), id (4 bytes), body. @spec docs/spec/wire.md#streams */
export function writeFrame({ kind, id, body }: StreamFrame): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES + body.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, body.length);
  view.setUint8(4, KINDS.indexOf(kind));
  view.setUint32(5, id);
  bytes.set(body, HEADER_BYTES);
  return bytes;
}

/** Puts frames together from pieces of a stream. Holds what has arrived, never what was only announced. */
export class FrameReader {
  readonly #bodyMax: number;
  #pieces: Uint8Array[] = [];
  #size = 0;
  /** Bytes that the frame in progress takes, header included; unknown before its header is there. */
  #needed = HEADER_BYTES;

  constructor(bodyMax: number) {
    this.#bodyMax = bodyMax;
  }

  /** @returns Frames that are complete now. @throws {LinkError} `ERR_LINK_FRAME`: the stream must be ended. */
  push(piece: Uint8Array): StreamFrame[] {
    this.#size += piece.length;
    addPiece(this.#pieces, piece);
    const frames: StreamFrame[] = [];
    while (this.#size >= this.#needed) {
      const bytes = this.#pieces.length === 1 ? (this.#pieces[0] as Uint8Array) : concat(...this.#pieces);
      this.#pieces = [bytes];
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
      const total = HEADER_BYTES + this.#bodyLength(view);
      if (bytes.length < total) {
        this.#needed = total;
        break;
      }
      frames.push({
        kind: KINDS[view.getUint8(4)] as StreamFrame['kind'],
        id: view.getUint32(5),
        body: bytes.slice(HEADER_BYTES, total),
      });
      this.#pieces = [bytes.subarray(total)];
      this.#size -= total;
      this.#needed = HEADER_BYTES;
    }
    return frames;
  }

  #bodyLength(view: DataView): number {
    const length = view.getUint32(0);
    if (length > this.#bodyMax)
      throw new LinkError('ERR_LINK_FRAME', `a frame of ${length} bytes is over the link’s ${this.#bodyMax}`);
    if (KINDS[view.getUint8(4)] === undefined)
      throw new LinkError(
        'ERR_LINK_FRAME',
        `a frame of kind ${view.getUint8(4)} is neither request nor answer`,
      );
    return length;
  }
}
