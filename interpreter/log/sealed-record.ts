import { toHex } from '../../base/bytes.ts';
import { CborWriter } from '../cbor.ts';
import { writeRecord, type CallRecord } from './record.ts';
import { Shelf } from './shelf.ts';
import { leafHash, type TreeHash } from './tree-hash.ts';

/** Bytes of the head of a byte string, at most. */
const HEAD_MAX = 9;

/** A record in transit: the signed bytes and the record decoded from them. */
export class SealedRecord {
  readonly record: CallRecord;
  /** The buffer that holds the record, preceded by its CBOR byte string head. Consecutive records share one buffer. */
  readonly #source: Uint8Array;
  readonly #head: number;
  readonly #start: number;
  readonly #end: number;
  #hash: string | undefined;
  /** Of the ledger that has used it last. Nothing else may read it. */
  mark = 0;

  /**
   * @param source Must not change afterwards.
   * @param head   Offset of the byte string; `start`: offset of its content; `end`: the end of both.
   */
  constructor(record: CallRecord, source: Uint8Array, head: number, start: number, end: number) {
    this.record = record;
    this.#source = source;
    this.#head = head;
    this.#start = start;
    this.#end = end;
  }

  /** @param shelf Where other records of the same run stand. */
  static of(record: CallRecord, shelf = new Shelf()): SealedRecord {
    const content = writeRecord(record);
    return SealedRecord.#on(shelf, record, content.whole, content.size);
  }

  /** @param bytes The signed bytes, well-formed or not. */
  static ofBytes(record: CallRecord, bytes: Uint8Array): SealedRecord {
    return SealedRecord.#on(new Shelf(), record, bytes, bytes.length);
  }

  static #on(shelf: Shelf, record: CallRecord, content: Uint8Array, size: number): SealedRecord {
    const buffer = shelf.withRoom(size + HEAD_MAX);
    const head = buffer.size;
    new CborWriter(buffer).bytes(content, 0, size);
    return new SealedRecord(record, buffer.whole, head, buffer.size - size, buffer.size);
  }

  /** The signed bytes. */
  get bytes(): Uint8Array {
    return this.#source.subarray(this.#start, this.#end);
  }

  /** Writes the record as a CBOR byte string, its form in data. */
  write(cbor: CborWriter): void {
    cbor.raw(this.#source, this.#head, this.#end);
  }

  /** Appends the leaf to a tree. */
  appendTo(tree: TreeHash): void {
    tree.append(this.#source, this.#start, this.#end);
  }

  get itemSize(): number {
    return this.#end - this.#head;
  }

  /** Leaf hash (hex). Together with the peer it names the record. */
  get hash(): string {
    this.#hash ??= toHex(leafHash(this.bytes));
    return this.#hash;
  }

  /** Whether `bytes` holds the same byte string at offset `at`. */
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
