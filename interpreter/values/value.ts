import { textOf, utf8 } from '../../base/bytes.ts';
import type { CborWriter } from '../cbor.ts';
import { RunError } from '../errors.ts';
import { VALUE_SIZE_MAX } from '../limits.ts';
import { sha256Hex } from '../platform.ts';
import { hashOfText } from '../text-hash.ts';
import { canonicalJson } from './canonical-json.ts';
import { parseCanonicalJson } from './json-parser.ts';
import { DEPTH_MAX, type Json } from './json.ts';
import { ITEM_WEIGHT, structureOf, type Structure } from './structure.ts';

/** Longer texts of what a script has taken or put together are made anew when they are needed: there can be many, and each large. */
const KEPT_UNITS = 1024;

/** Up to this length a text takes less room than an array of bytes, and is the form that is needed. */
const SHORT_BYTES = 1024;

/**
 * One JSON value in the forms a run needs: tree, canonical text, bytes, hash. Each form is made at the first access, so a
 * value is parsed at most once.
 */
export class Value {
  #json: Json | undefined;
  #text: string | undefined;
  #bytes: Uint8Array | undefined;
  #hash: string | undefined;
  #items: readonly Value[] | undefined;
  #size: number | undefined;
  #structure: Structure | undefined;
  /** It is in the data, once, and its text with it. */
  #isKept = false;

  private constructor(json: Json | undefined, text: string | undefined, bytes: Uint8Array | undefined) {
    this.#json = json;
    this.#text = text;
    this.#bytes = bytes;
  }

  static ofJson(json: Json): Value {
    return new Value(json, undefined, undefined);
  }

  /**
   * Copies the bytes, so that the data they arrived in can be freed. `hash` (hex) was computed from them. They are checked to be canonical JSON
   * when looked into.
   */
  static ofBytes(bytes: Uint8Array, hash: string): Value {
    const text = bytes.length <= SHORT_BYTES ? textOf(bytes) : undefined;
    const value = new Value(undefined, text, text === undefined ? bytes.slice() : undefined);
    value.#hash = hash;
    value.#isKept = true;
    return value;
  }

  /** A value that becomes part of the data. @param text Canonical JSON of it, if it is known. */
  static ofResult(json: Json | undefined, text?: string): Value {
    const value = new Value(json, text, undefined);
    value.#isKept = true;
    return value;
  }

  /** A value known by its hash only. Code must not look into it. */
  static ofHash(hash: string): Value {
    const value = new Value(undefined, undefined, undefined);
    value.#hash = hash;
    return value;
  }

  /** An array of values; its tree and its text are made at the first access. */
  static ofArray(items: readonly Value[]): Value {
    const value = new Value(undefined, undefined, undefined);
    value.#items = items;
    return value;
  }

  get json(): Json {
    if (this.#json === undefined && this.#items !== undefined)
      this.#json = this.#items.map(item => item.json);
    if (this.#json === undefined) {
      const json = parseCanonicalJson(this.text);
      if (json === undefined) throw notJson(this.hash);
      this.#json = json;
    }
    return this.#json;
  }

  /** @throws {RunError} 20010 if the bytes are not canonical JSON. */
  requireJson(): void {
    this.#json ??= this.json;
  }

  /** Canonical JSON. */
  get text(): string {
    if (this.#text !== undefined) return this.#text;
    const text = this.#write();
    this.#size = text.length;
    if (this.#isKept || text.length <= KEPT_UNITS) this.#text = text;
    return text;
  }

  #write(): string {
    if (this.#items !== undefined) return `[${this.#items.map(item => item.text).join(',')}]`;
    if (this.#bytes === undefined) return canonicalJson(this.#json as Json);
    const text = textOf(this.#bytes);
    if (text === undefined) throw notJson(this.hash);
    return text;
  }

  /** UTF-16 units of the text; 0 if only the hash is known. */
  get size(): number {
    this.#size ??= this.#sizeOf();
    return this.#size;
  }

  #sizeOf(): number {
    if (!this.isKnown) return 0;
    const items = this.#items;
    if (items === undefined) return this.text.length;
    return items.reduce((sum, { size }) => sum + size, 2 + Math.max(0, items.length - 1));
  }

  /** Whether anything but the hash is known. */
  get isKnown(): boolean {
    return (
      this.#json !== undefined ||
      this.#text !== undefined ||
      this.#bytes !== undefined ||
      this.#items !== undefined
    );
  }

  /** Arrays and objects inside each other. */
  get depth(): number {
    return this.#measure().depth;
  }

  /** What it takes to go through it, beside its size. */
  get weight(): number {
    return this.#measure().weight;
  }

  #measure(): Structure {
    this.#structure ??= this.#items === undefined ? structureOf(this.text) : structureAround(this.#items);
    return this.#structure;
  }

  get bytes(): Uint8Array {
    return this.#bytes ?? utf8(this.text);
  }

  /** SHA-256 of the canonical JSON, hex. */
  get hash(): string {
    this.#hash ??= this.#bytes === undefined ? hashOfText(this.text) : sha256Hex(this.#bytes);
    return this.#hash;
  }

  /** As a byte string. */
  write(cbor: CborWriter): void {
    if (this.#bytes === undefined) cbor.textBytes(this.text);
    else cbor.bytes(this.#bytes);
  }
}

function structureAround(items: readonly Value[]): Structure {
  let depth = 1;
  let weight = (items.length + 1) * ITEM_WEIGHT;
  for (const item of items) {
    depth = Math.max(depth, item.depth + 1);
    weight += item.weight;
  }
  return { depth, weight };
}

/** A peer signed the hash of bytes that are not canonical JSON: any peer that reads them rejects them. */
function notJson(hash: string): RunError {
  return new RunError('valueNotFound', `value for CID \`${hash}\` is not canonical JSON`, { hash });
}

/**
 * Putting values together again and again, a script of a few lines could make one that no memory holds, or no peer can read.
 *
 * @param around How many arrays and objects will stand around them.
 * @throws {RunError} 20022 for depth, 10 for size.
 */
export function requireFit(values: readonly Value[], around: number): void {
  if (values.some(({ depth }) => depth + around > DEPTH_MAX)) {
    throw new RunError('depthLimit', `a value would be nested deeper than ${DEPTH_MAX}`);
  }
  requireSize(values);
}

/** @returns UTF-16 units of the texts of these values. @throws {RunError} 10 if they are too large to be put together. */
export function requireSize(values: readonly Value[]): number {
  let size = 0;
  for (const value of values) size += value.size;
  if (size > VALUE_SIZE_MAX) {
    throw new RunError(
      'sizeLimit',
      `a value would be larger than the limit allowed: ${VALUE_SIZE_MAX} characters`,
    );
  }
  return size;
}
