import { readHex } from './hex.ts';

const encoder = new TextEncoder();
/** UTF-8 takes at most so many bytes per UTF-16 unit. */
const BYTES_PER_UNIT = 3;
const SHORT = 64;
const SHORT_PART = 256;
/** Large arrays grow by this much: twice the room would be more than what they hold. */
const GROWTH_MAX = 8 * 1024 * 1024;

/** Bytes that grow at the end. One can be used again and again: allocating an array costs more than filling it. */
export class ByteBuffer {
  #bytes: Uint8Array;
  /** Short beginnings of the array, by length: what is hashed has few lengths, and a view takes as much memory as what it shows. */
  #views: (Uint8Array | undefined)[] = [];
  #size = 0;
  /** What was allocated beyond this is given back by {@link clear}. */
  readonly #keptMax: number;

  constructor(size = 256, keptMax = Infinity) {
    this.#bytes = new Uint8Array(size);
    this.#keptMax = keptMax;
  }

  get size(): number {
    return this.#size;
  }

  /** How many bytes fit until a larger array takes the place of this one. */
  get room(): number {
    return this.#bytes.length - this.#size;
  }

  /** All that was written, in place, and what may follow: for who writes no more than there is {@link room}. */
  get whole(): Uint8Array {
    return this.#bytes;
  }

  /** Room for `count` more: then {@link byte} may be called so often. */
  reserve(count: number): void {
    if (this.#size + count <= this.#bytes.length) return;
    const { length } = this.#bytes;
    const larger = new Uint8Array(Math.max(length + Math.min(length, GROWTH_MAX), this.#size + count));
    larger.set(this.#bytes.subarray(0, this.#size));
    this.#replace(larger);
  }

  /** Within what was reserved. */
  byte(byte: number): void {
    this.#bytes[this.#size++] = byte;
  }

  raw(bytes: Uint8Array): void {
    const { length } = bytes;
    if (length <= SHORT) return this.part(bytes, 0, length);
    this.reserve(length);
    this.#bytes.set(bytes, this.#size);
    this.#size += length;
  }

  /** `bytes[from … end)`. Short ones are copied one by one: a view of them takes longer to make. */
  part(bytes: Uint8Array, from: number, end: number): void {
    const length = end - from;
    if (length > SHORT_PART) return this.raw(bytes.subarray(from, end));
    this.reserve(length);
    for (let i = 0; i < length; i++) this.#bytes[this.#size + i] = bytes[from + i] as number;
    this.#size += length;
  }

  /** Eight bytes, the highest first. */
  uint64(value: number): void {
    this.reserve(8);
    for (let at = this.#size + 7, rest = value; at >= this.#size; at--, rest = Math.floor(rest / 256))
      this.#bytes[at] = rest % 256;
    this.#size += 8;
  }

  /** An even number of hexadecimal digits, as bytes. */
  hex(digits: string): void {
    this.reserve(digits.length >> 1);
    readHex(digits, this.#bytes, this.#size);
    this.#size += digits.length >> 1;
  }

  /** A text that is all ASCII. @returns Whether it is; if not, nothing was written. */
  ascii(text: string): boolean {
    this.reserve(text.length);
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      if (unit >= 0x80) return false;
      this.#bytes[this.#size + i] = unit;
    }
    this.#size += text.length;
    return true;
  }

  utf8(text: string): void {
    if (text.length <= SHORT && this.ascii(text)) return;
    // Most long texts are ASCII, and take a third of what they might.
    this.reserve(text.length);
    const { read, written } = encoder.encodeInto(text, this.#bytes.subarray(this.#size));
    this.#size += written;
    if (read === text.length) return;
    const rest = text.slice(read);
    this.reserve(rest.length * BYTES_PER_UNIT);
    this.#size += encoder.encodeInto(rest, this.#bytes.subarray(this.#size)).written;
  }

  /** What was written from `start` on, in place: valid until more is written. */
  view(start = 0): Uint8Array {
    const size = this.#size;
    if (start !== 0 || size > SHORT_PART) return this.#bytes.subarray(start, size);
    return (this.#views[size] ??= this.#bytes.subarray(0, size));
  }

  /** A copy of what was written from `start` on. */
  copy(start = 0): Uint8Array {
    return this.#bytes.slice(start, this.#size);
  }

  /** Forgets what was written from `start` on. */
  truncate(start: number): void {
    this.#size = start;
  }

  clear(): void {
    this.#size = 0;
    if (this.#bytes.length > this.#keptMax) this.#replace(new Uint8Array(this.#keptMax));
  }

  #replace(bytes: Uint8Array): void {
    this.#bytes = bytes;
    this.#views = [];
  }
}
