import { ByteBuffer } from '../../base/byte-buffer.ts';
import { toHex } from '../../base/bytes.ts';
import { CborWriter } from '../cbor.ts';
import { encodeRecord, type CallRecord } from './record.ts';
import { leafHash, type TreeHash } from './tree-hash.ts';

const buffer = new ByteBuffer(1024, 64 * 1024);

/** A record as it travels: the bytes that were signed, and what they say. */
export class SealedRecord {
  readonly record: CallRecord;
  /** Where the bytes stand, with their head as a byte string before them: a part of a log is kept in one piece. */
  readonly #source: Uint8Array;
  readonly #head: number;
  readonly #start: number;
  readonly #end: number;
  #hash: string | undefined;

  /**
   * @param source Is not changed any more by anybody.
   * @param head   Where in it the byte string begins; `start`: where its content does; `end`: where both end.
   */
  constructor(record: CallRecord, source: Uint8Array, head: number, start: number, end: number) {
    this.record = record;
    this.#source = source;
    this.#head = head;
    this.#start = start;
    this.#end = end;
  }

  static of(record: CallRecord): SealedRecord {
    return SealedRecord.ofBytes(record, encodeRecord(record));
  }

  /** @param bytes What is signed, whatever it says. */
  static ofBytes(record: CallRecord, bytes: Uint8Array): SealedRecord {
    buffer.clear();
    new CborWriter(buffer).bytes(bytes);
    const source = buffer.copy();
    return new SealedRecord(record, source, 0, source.length - bytes.length, source.length);
  }

  /** What was signed. */
  get bytes(): Uint8Array {
    return this.#source.subarray(this.#start, this.#end);
  }

  /** As a byte string of CBOR, as data carries it. */
  write(cbor: CborWriter): void {
    cbor.raw(this.#source, this.#head, this.#end);
  }

  /** Into a tree. */
  appendTo(tree: TreeHash): void {
    tree.append(this.#source, this.#start, this.#end);
  }

  get itemSize(): number {
    return this.#end - this.#head;
  }

  /** Leaf hash (hex): with its peer the name of the record. */
  get hash(): string {
    this.#hash ??= toHex(leafHash(this.bytes));
    return this.#hash;
  }

  /** Whether the same bytes stand in `bytes` from `at` on, as a byte string. */
  standsAt(bytes: Uint8Array, at: number): boolean {
    const size = this.#end - this.#head;
    if (bytes.length - at < size) return false;
    for (let i = 0; i < size; i++) if (bytes[at + i] !== this.#source[this.#head + i]) return false;
    return true;
  }

  equals(other: SealedRecord): boolean {
    return this === other || (this.itemSize === other.itemSize && this.standsAt(other.#source, other.#head));
  }
}
