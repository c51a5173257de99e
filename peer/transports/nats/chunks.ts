import { concat } from '../../../base/bytes.ts';
import type { Clock } from '../../ports.ts';

/** Bytes of one message; servers refuse more than a megabyte unless their configuration says otherwise. */
const CHUNK_BYTES = 768 * 1024;
/** Pieces of unfinished frames: of one sender, and in all. */
const SENDER_BYTES_MAX = 80 * 1024 * 1024;
const BYTES_MAX = 256 * 1024 * 1024;
/** A frame whose pieces do not all come in this time is dropped, milliseconds. */
const PIECES_MS = 20_000;

/** Where a piece stands in its frame. */
export interface Piece {
  readonly frame: string;
  readonly index: number;
  readonly count: number;
}

/** Cuts a frame into messages of a size that servers carry; views, not copies. */
export function piecesOf(frame: Uint8Array): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < frame.length || at === 0; at += CHUNK_BYTES)
    pieces.push(frame.subarray(at, at + CHUNK_BYTES));
  return pieces;
}

interface Unfinished {
  readonly from: string;
  readonly pieces: Uint8Array[];
  readonly count: number;
  readonly sinceMs: number;
  bytes: number;
}

/** Puts frames together again. Pieces of one frame arrive in order; what breaks the order, or the bounds, is dropped: its sender sends it again. */
export class Assembly {
  readonly #clock: Clock;
  readonly #frames = new Map<string, Unfinished>();
  #bytes = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** @returns The frame, if this was its last piece. */
  push(from: string, { frame, index, count }: Piece, bytes: Uint8Array): Uint8Array | undefined {
    this.#dropOld();
    const name = `${from} ${frame}`;
    const known = this.#frames.get(name) ?? this.#begin(name, from, count);
    if (known.count !== count || known.pieces.length !== index || !this.#hasRoom(from, bytes.length)) {
      this.#drop(name, known);
      return undefined;
    }
    known.pieces.push(bytes);
    known.bytes += bytes.length;
    this.#bytes += bytes.length;
    if (known.pieces.length < count) return undefined;
    this.#drop(name, known);
    return concat(...known.pieces);
  }

  #begin(name: string, from: string, count: number): Unfinished {
    const unfinished = { from, pieces: [], count, sinceMs: this.#clock.now(), bytes: 0 };
    this.#frames.set(name, unfinished);
    return unfinished;
  }

  #hasRoom(from: string, more: number): boolean {
    const ofSender = [...this.#frames.values()].filter(one => one.from === from);
    const bytes = ofSender.reduce((sum, one) => sum + one.bytes, 0);
    return bytes + more <= SENDER_BYTES_MAX && this.#bytes + more <= BYTES_MAX;
  }

  #dropOld(): void {
    const before = this.#clock.now() - PIECES_MS;
    for (const [name, one] of this.#frames) if (one.sinceMs < before) this.#drop(name, one);
  }

  #drop(name: string, { bytes }: Unfinished): void {
    if (this.#frames.delete(name)) this.#bytes -= bytes;
  }
}
