import { textOf, utf8, utf8Into, utf8Size } from '../../base/bytes.ts';
import type { CborWriter } from '../cbor.ts';
import { RunError } from '../errors.ts';
import { onForget } from '../forget.ts';
import { VALUE_SIZE_MAX } from '../limits.ts';
import { sha256Hex } from '../platform.ts';
import { RecentMap } from '../recent-map.ts';
import { hashOfText } from '../text-hash.ts';
import { canonicalJson } from './canonical-json.ts';
import type { MemberNames } from './member-names.ts';
import { parseCanonicalJson } from './json-parser.ts';
import { DEPTH_MAX, setOwn, type Json } from './json.ts';
import { FLAT, ITEM_WEIGHT, structureOf, type Structure } from './structure.ts';

/** Longer texts of what a script has taken or put together are made anew when they are needed: there can be many, and each large. */
const KEPT_UNITS = 1024;

/** Up to this length a text takes less room than an array of bytes, and is the form that is needed. */
const SHORT_BYTES = 1024;

/** Values of more bytes are large: of each, as few copies as possible are made. */
export const LARGE_BYTES = 256 * 1024;
const UTF8_BYTES_MAX = 3;

/** Large values whose text and tree nothing has collected yet, by hash: they are not made a second time. */
const largeTexts = new RecentMap<string, WeakRef<Value>>(64);
onForget(() => largeTexts.clear());

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
  /** Of an object: the names of its members, whose values are the items. */
  #names: MemberNames | undefined;
  #size: number | undefined;
  #structure: Structure | undefined;
  /** It is in the data, once, and its text with it. */
  #isKept = false;
  /** Gives the bytes of a sealed value. */
  #open: (() => Uint8Array) | undefined;
  /** Of the ledger that has used it last. Nothing else may read it. */
  mark = 0;

  private constructor(json: Json | undefined, text: string | undefined, bytes: Uint8Array | undefined) {
    this.#json = json;
    this.#text = text;
    this.#bytes = bytes;
  }

  static ofJson(json: Json): Value {
    return new Value(json, undefined, undefined);
  }

  /**
   * `hash` (hex) was computed from the bytes. They are checked to be canonical JSON when looked into.
   *
   * @param isOwn Left out, the bytes are copied, so that the data they arrived in can be freed, or changed.
   */
  static ofBytes(bytes: Uint8Array, hash: string, isOwn = false): Value {
    const large = bytes.length > LARGE_BYTES ? largeTexts.get(hash)?.deref() : undefined;
    if (large !== undefined) return large;
    const text = bytes.length <= SHORT_BYTES ? textOf(bytes) : undefined;
    const value = new Value(
      undefined,
      text,
      text === undefined ? (isOwn ? bytes : bytes.slice()) : undefined,
    );
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

  /**
   * A value of which only the hash (hex) is known until code looks into it. It may be passed on without that.
   *
   * @param open Called once, at the first look; gives the bytes behind the hash, or throws what the reader gets.
   */
  static ofSealed(hash: string, open: () => Uint8Array): Value {
    const value = Value.ofHash(hash);
    value.#open = open;
    return value;
  }

  /** An array of values; its tree and its text are made at the first access. */
  static ofArray(items: readonly Value[]): Value {
    const value = new Value(undefined, undefined, undefined);
    value.#items = items;
    return value;
  }

  /** An object of values, one for each name. Its tree and its text are made at the first access. */
  static ofMembers(names: MemberNames, items: readonly Value[]): Value {
    const value = Value.ofArray(items);
    value.#names = names;
    return value;
  }

  get json(): Json {
    if (this.#json === undefined && this.#items !== undefined) this.#json = this.#tree(this.#items);
    if (this.#json === undefined) {
      const json = parseCanonicalJson(this.text);
      if (json === undefined) throw notJson(this.hash);
      this.#json = json;
    }
    return this.#json;
  }

  /** A sealed value stays sealed: it is checked when code looks into it. @throws {RunError} 20010 if the bytes are not canonical JSON. */
  requireJson(): void {
    if (this.#open === undefined) this.#json ??= this.json;
  }

  /** Canonical JSON. */
  get text(): string {
    if (this.#text !== undefined) return this.#text;
    const text = this.#write();
    this.#size = text.length;
    if (this.#isKept || text.length <= KEPT_UNITS) this.#text = text;
    if (this.#bytes !== undefined && this.#bytes.length > LARGE_BYTES) this.#becomeText(this.#hash as string);
    return text;
  }

  /** One form is enough. No other code can change a text, so the next run may use it too. */
  #becomeText(hash: string): void {
    this.#bytes = undefined;
    largeTexts.set(hash, new WeakRef(this));
  }

  #tree(items: readonly Value[]): Json {
    if (this.#names === undefined) return items.map(item => item.json);
    const object: { [key: string]: Json } = {};
    for (const [i, name] of this.#names.list.entries()) setOwn(object, name, (items[i] as Value).json);
    return object;
  }

  #write(): string {
    if (this.#items !== undefined && this.#names === undefined)
      return `[${this.#items.map(item => item.text).join(',')}]`;
    if (this.#items !== undefined) return this.#writeMembers(this.#items, this.#names as MemberNames);
    if (this.#open !== undefined) this.#bytes = this.#open();
    this.#open = undefined;
    if (this.#bytes === undefined) return canonicalJson(this.#json as Json);
    const text = textOf(this.#bytes);
    if (text === undefined) throw notJson(this.hash);
    return text;
  }

  /** Texts of the members are at hand where they are short; else one walk over the tree is quicker. */
  #writeMembers(items: readonly Value[], names: MemberNames): string {
    if (this.size > KEPT_UNITS) return canonicalJson(this.json);
    const { before, order } = names;
    if (order.length === 0) return '{}';
    let text = '';
    for (let i = 0; i < order.length; i++)
      text += `${before[i] as string}${(items[order[i] as number] as Value).text}`;
    return `${text}}`;
  }

  /** UTF-16 units of the text; 0 if only the hash is known. */
  get size(): number {
    if (!this.isKnown) return 0;
    this.#size ??= this.#sizeOf();
    return this.#size;
  }

  #sizeOf(): number {
    const items = this.#items;
    if (items === undefined) return this.text.length;
    let size = this.#names === undefined ? 2 + Math.max(0, items.length - 1) : this.#names.units;
    for (const item of items) size += item.size;
    return size;
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

  /** Whether all of it is known, the items of an array included: it can be shown without opening anything. */
  get isOpen(): boolean {
    return this.#items?.every(item => item.isOpen) ?? this.isKnown;
  }

  /** Whether only its hash is known. */
  get isSealed(): boolean {
    return !this.isKnown;
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
    if (!this.isKnown) return UNKNOWN;
    this.#structure ??= this.#structureNow();
    return this.#structure;
  }

  #structureNow(): Structure {
    if (this.#items !== undefined) return structureAround(this.#items, this.#names);
    const isFlat = this.#json !== undefined && (typeof this.#json !== 'object' || this.#json === null);
    return isFlat ? FLAT : structureOf(this.text);
  }

  get bytes(): Uint8Array {
    return this.#bytes ?? utf8(this.text);
  }

  /** SHA-256 of the canonical JSON, hex. */
  get hash(): string {
    this.#hash ??= this.#bytes === undefined ? hashOfText(this.text) : sha256Hex(this.#bytes);
    return this.#hash;
  }

  /** At most so many bytes of UTF-8. Exactly so many if they are more than {@link LARGE_BYTES}. */
  get sizeBytesMax(): number {
    if (this.#bytes !== undefined) return this.#bytes.length;
    const bound = this.size * UTF8_BYTES_MAX;
    return bound <= LARGE_BYTES ? bound : utf8Size(this.text);
  }

  /** Writes the bytes to where there is exactly as much room. */
  writeTo(target: Uint8Array): void {
    if (this.#bytes === undefined) utf8Into(this.text, target);
    else target.set(this.#bytes);
  }

  /** As a byte string. */
  write(cbor: CborWriter): void {
    if (this.#bytes === undefined) cbor.textBytes(this.text);
    else cbor.bytes(this.#bytes);
  }
}

const UNKNOWN: Structure = { depth: 0, weight: 0 };

function structureAround(items: readonly Value[], names: MemberNames | undefined): Structure {
  let depth = 1;
  let weight =
    names === undefined
      ? (items.length + 1) * ITEM_WEIGHT
      : items.length + Math.max(1, items.length) * ITEM_WEIGHT;
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
  for (const { depth } of values) {
    if (depth + around > DEPTH_MAX)
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
