import { textOf } from '../base/bytes.ts';
import { ByteBuffer } from '../base/byte-buffer.ts';
import { BerylError } from '../base/error.ts';
import { hexOf } from '../base/hex.ts';

/**
 * The part of deterministic CBOR (RFC 8949 §4.2) that Beryl's data uses: unsigned integers, byte strings, text strings and
 * arrays, all of definite and shortest length. One content has one encoding: the reader refuses any other.
 */
const UINT = 0;
const BYTES = 2;
const TEXT = 3;
const ARRAY = 4;

const SHORT_TEXT = 64;
/** Up to here adding up characters makes no more pieces than the text needs. */
const SHORT_NAME = 16;
/** Characters of one text, by length: a text of this size, as a peer id is, is made in one piece. */
const ROWS: number[][] = [];

/** Why bytes are refused. */
export type CborErrorCode =
  | 'ERR_CBOR_END'
  | 'ERR_CBOR_TYPE'
  | 'ERR_CBOR_LENGTH'
  | 'ERR_CBOR_NOT_SHORTEST'
  | 'ERR_CBOR_RANGE'
  | 'ERR_CBOR_TEXT'
  | 'ERR_CBOR_TRAILING';

/** Bytes are not what {@link CborReader} expects; `code` and message say what and where. */
export class CborError extends BerylError<CborErrorCode> {
  override readonly name = 'CborError';
}

/** Writes the part of deterministic CBOR that Beryl uses: integers of 0 or more, bytes, texts and arrays. */
export class CborWriter {
  readonly #buffer: ByteBuffer;

  /** @param buffer Where to write; a buffer that is used again saves allocating one. */
  constructor(buffer = new ByteBuffer()) {
    this.#buffer = buffer;
  }

  /** @throws {CborError} ERR_CBOR_RANGE for fractions and negative numbers. */
  uint(value: number): void {
    if (!Number.isInteger(value) || value < 0)
      throw new CborError('ERR_CBOR_RANGE', `\`${value}\` is not an integer of 0 or more`);
    this.#head(UINT, value);
  }

  /** A byte string of `bytes[from … end)`. */
  bytes(bytes: Uint8Array, from = 0, end = bytes.length): void {
    this.#head(BYTES, end - from);
    this.#buffer.part(bytes, from, end);
  }

  /** Begins a byte string; the caller sees to it that so many bytes follow. */
  bytesHead(size: number): void {
    this.#head(BYTES, size);
  }

  /** A byte string, given as hexadecimal digits. */
  hex(digits: string): void {
    this.#head(BYTES, digits.length >> 1);
    this.#buffer.hex(digits);
  }

  text(text: string): void {
    this.#utf8(TEXT, text);
  }

  /** A byte string of the UTF-8 of a text. */
  textBytes(text: string): void {
    this.#utf8(BYTES, text);
  }

  /** Begins an array; its `count` items follow. */
  array(count: number): void {
    this.#head(ARRAY, count);
  }

  /** Bytes that are CBOR already, `bytes[from … end)`. */
  raw(bytes: Uint8Array, from = 0, end = bytes.length): void {
    this.#buffer.part(bytes, from, end);
  }

  /** A copy of all that was written. */
  finish(): Uint8Array {
    return this.#buffer.copy();
  }

  /** The length stands before the text. Unless the text is ASCII, it is known only after the text is written. */
  #utf8(major: number, text: string): void {
    const start = this.#buffer.size;
    this.#head(major, text.length);
    if (text.length <= SHORT_TEXT && this.#buffer.ascii(text)) return;
    const begin = this.#buffer.size;
    this.#buffer.utf8(text);
    const size = this.#buffer.size - begin;
    if (size === text.length) return;
    const bytes = this.#buffer.copy(begin);
    this.#buffer.truncate(start);
    this.#head(major, size);
    this.#buffer.raw(bytes);
  }

  #head(major: number, value: number): void {
    this.#buffer.reserve(9);
    const first = major << 5;
    if (value < 24) this.#buffer.byte(first | value);
    else if (value < 0x100) this.#number(first | 24, value, 1);
    else if (value < 0x1_0000) this.#number(first | 25, value, 2);
    else if (value < 0x1_0000_0000) this.#number(first | 26, value, 4);
    else this.#number(first | 27, value, 8);
  }

  #number(head: number, value: number, width: number): void {
    this.#buffer.byte(head);
    let rest = value;
    if (width === 8) {
      const high = Math.floor(value / 2 ** 32);
      for (let shift = 24; shift >= 0; shift -= 8) this.#buffer.byte((high >>> shift) & 0xff);
      rest = value % 2 ** 32;
    }
    for (let shift = 8 * Math.min(width, 4) - 8; shift >= 0; shift -= 8)
      this.#buffer.byte((rest >>> shift) & 0xff);
  }
}

/** An item whose bytes are at hand. */
export interface KnownItem {
  readonly itemSize: number;
  /** Whether the same bytes stand in `bytes` from `at` on. */
  standsAt(bytes: Uint8Array, at: number): boolean;
}

/** Reads what {@link CborWriter} writes. Throws {@link CborError}, with the offset, for anything else; allocates nothing first. */
export class CborReader {
  readonly #bytes: Uint8Array;
  readonly #from: number;
  readonly #end: number;
  #at: number;

  /** Reads `bytes[from … end)`. */
  constructor(bytes: Uint8Array, from = 0, end = bytes.length) {
    this.#bytes = bytes;
    this.#from = from;
    this.#end = end;
    this.#at = from;
  }

  uint(max: number = Number.MAX_SAFE_INTEGER): number {
    const value = this.#head(UINT);
    if (value > max) throw this.#error('ERR_CBOR_RANGE', `\`${value}\` is more than \`${max}\``);
    return value;
  }

  /** A view, not a copy. */
  bytes(max: number = Infinity, min = 0): Uint8Array {
    return this.#content(BYTES, min, max);
  }

  /** A byte string of this length, as lower-case hexadecimal digits. */
  hex(size: number): string {
    this.#length(BYTES, size, size);
    this.#at += size;
    return hexOf(this.#bytes, this.#at - size, this.#at);
  }

  text(maxBytes: number = Infinity): string {
    const length = this.#length(TEXT, 0, maxBytes);
    const start = this.#at;
    this.#at += length;
    const text = this.#ascii(start, length) ?? textOf(this.#bytes.subarray(start, this.#at));
    if (text === undefined) throw this.#error('ERR_CBOR_TEXT', 'text is not UTF-8');
    return text;
  }

  /** @returns The number of items that follow. */
  array(max: number = Infinity, min = 0): number {
    const count = this.#head(ARRAY);
    // Every item takes a byte at least, so this bounds what the caller allocates.
    this.#requireWithin(count, min, Math.min(max, this.#end - this.#at), 'items');
    return count;
  }

  /** Type of the next item: 0 unsigned integer, 2 bytes, 3 text, 4 array. */
  peekMajor(): number {
    return this.#peek() >> 5;
  }

  /** How far it has read: the index of the next byte. */
  get at(): number {
    return this.#at;
  }

  /** Goes past a byte string. @returns Its length. */
  skipBytes(max: number = Infinity, min = 0): number {
    const length = this.#length(BYTES, min, max);
    this.#at += length;
    return length;
  }

  /** Goes past a known item if it comes next. */
  skipIf(item: KnownItem): boolean {
    if (this.#end - this.#at < item.itemSize || !item.standsAt(this.#bytes, this.#at)) return false;
    this.#at += item.itemSize;
    return true;
  }

  /** A copy of what was read since `start`: it keeps nothing else of the data in memory. */
  copySince(start: number): Uint8Array {
    return this.#bytes.slice(start, this.#at);
  }

  end(): void {
    if (this.#at < this.#end) throw this.#error('ERR_CBOR_TRAILING', 'something follows the last item');
  }

  /** A short text that is all ASCII, as names mostly are: a decoder takes longer to begin than to read them. */
  #ascii(start: number, length: number): string | undefined {
    if (length > SHORT_NAME) return length <= SHORT_TEXT ? this.#asciiRow(start, length) : undefined;
    let text = '';
    for (let at = start; at < start + length; at++) {
      const byte = this.#bytes[at] as number;
      if (byte >= 0x80) return undefined;
      text += String.fromCharCode(byte);
    }
    return text;
  }

  #asciiRow(start: number, length: number): string | undefined {
    const row = (ROWS[length] ??= Array.from({ length }, () => 0));
    for (let i = 0; i < length; i++) {
      const byte = this.#bytes[start + i] as number;
      if (byte >= 0x80) return undefined;
      row[i] = byte;
    }
    return String.fromCharCode.apply(null, row);
  }

  #content(major: number, min: number, max: number): Uint8Array {
    const length = this.#length(major, min, max);
    const content = this.#bytes.subarray(this.#at, this.#at + length);
    this.#at += length;
    return content;
  }

  #length(major: number, min: number, max: number): number {
    const length = this.#head(major);
    this.#requireWithin(length, min, Math.min(max, this.#end - this.#at), 'bytes');
    return length;
  }

  #head(major: number): number {
    const first = this.#peek();
    if (first >> 5 !== major)
      throw this.#error('ERR_CBOR_TYPE', `expected type ${major}, found type ${first >> 5}`);
    this.#at += 1;
    const additional = first & 31;
    if (additional < 24) return additional;
    if (additional > 27) throw this.#error('ERR_CBOR_LENGTH', 'lengths must be definite');
    const width = 1 << (additional - 24);
    if (this.#end - this.#at < width) throw this.#error('ERR_CBOR_END', 'data ends inside an item');
    let value = 0;
    for (let i = 0; i < width; i++) value = value * 256 + (this.#bytes[this.#at + i] as number);
    this.#at += width;
    if (value > Number.MAX_SAFE_INTEGER) throw this.#error('ERR_CBOR_RANGE', 'an integer is beyond 2^53 − 1');
    const least = width === 1 ? 24 : 2 ** (4 * width);
    if (value < least) throw this.#error('ERR_CBOR_NOT_SHORTEST', 'an integer is not in its shortest form');
    return value;
  }

  #peek(): number {
    const first = this.#bytes[this.#at];
    if (first === undefined || this.#at >= this.#end)
      throw this.#error('ERR_CBOR_END', 'data ends where an item is expected');
    return first;
  }

  #requireWithin(count: number, min: number, max: number, what: string): void {
    if (count < min || count > max) {
      throw this.#error('ERR_CBOR_LENGTH', `${count} ${what}, where ${min} to ${max} are possible`);
    }
  }

  #error(code: CborErrorCode, message: string): CborError {
    const offset = this.#at - this.#from;
    return new CborError(code, `${message} (at byte ${offset})`, { offset });
  }
}
