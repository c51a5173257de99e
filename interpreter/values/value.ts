import { textOf, toHex, utf8 } from '../../base/bytes.ts';
import { RunError } from '../errors.ts';
import { VALUE_SIZE_MAX } from '../limits.ts';
import { sha256 } from '../platform.ts';
import { canonicalJson } from './canonical-json.ts';
import { parseCanonicalJson } from './json-parser.ts';
import { DEPTH_MAX, type Json } from './json.ts';

/**
 * One JSON value in the forms a run needs: tree, canonical text, bytes, hash. Each form is made when first asked for, so a
 * value is parsed once, however often it is looked at.
 */
export class Value {
  #json: Json | undefined;
  #text: string | undefined;
  #bytes: Uint8Array | undefined;
  #hash: string | undefined;
  #items: readonly Value[] | undefined;
  #depth: number | undefined;

  private constructor(json: Json | undefined, text: string | undefined, bytes: Uint8Array | undefined) {
    this.#json = json;
    this.#text = text;
    this.#bytes = bytes;
  }

  static ofJson(json: Json): Value {
    return new Value(json, undefined, undefined);
  }

  /** Bytes from data. `hash` (hex) was computed from them. They are checked to be canonical JSON when first looked into. */
  static ofBytes(bytes: Uint8Array, hash: string): Value {
    const value = new Value(undefined, undefined, bytes);
    value.#hash = hash;
    return value;
  }

  /** An array of values; neither its tree nor its text is made before it is asked for. */
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

  /** @throws {RunError} 20010 if the bytes are no canonical JSON. */
  requireJson(): void {
    this.#json ??= this.json;
  }

  /** Canonical JSON. */
  get text(): string {
    if (this.#text === undefined) {
      if (this.#items !== undefined) {
        this.#text = `[${this.#items.map(item => item.text).join(',')}]`;
      } else if (this.#bytes !== undefined) {
        const text = textOf(this.#bytes);
        if (text === undefined) throw notJson(this.hash);
        this.#text = text;
      } else {
        this.#text = canonicalJson(this.#json as Json);
      }
    }
    return this.#text;
  }

  /** Arrays and objects inside each other. */
  get depth(): number {
    if (this.#depth === undefined) {
      this.#depth =
        this.#items === undefined
          ? depthOf(this.text)
          : this.#items.reduce((deepest, item) => Math.max(deepest, item.depth + 1), 1);
    }
    return this.#depth;
  }

  get bytes(): Uint8Array {
    this.#bytes ??= utf8(this.text);
    return this.#bytes;
  }

  /** SHA-256 of the canonical JSON, hex. */
  get hash(): string {
    this.#hash ??= toHex(sha256(this.bytes));
    return this.#hash;
  }
}

/** A peer signed the hash of bytes that are no canonical JSON: who comes to them refuses. */
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

/**
 * @returns Characters of the texts of these values.
 * @throws {RunError} 10 if they are too large to be put together.
 */
export function requireSize(values: readonly Value[]): number {
  let size = 0;
  for (const { text } of values) size += text.length;
  if (size > VALUE_SIZE_MAX) {
    throw new RunError(
      'sizeLimit',
      `a value would be larger than the limit allowed: ${VALUE_SIZE_MAX} characters`,
    );
  }
  return size;
}

/** Depth of a canonical text: brackets in strings do not count. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === 0x22) at = endOfString(text, at);
    else if (unit === 0x5b || unit === 0x7b) deepest = Math.max(deepest, ++depth);
    else if (unit === 0x5d || unit === 0x7d) depth -= 1;
  }
  return deepest;
}

function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text.charCodeAt(at) !== 0x22) at += text.charCodeAt(at) === 0x5c ? 2 : 1;
  return at;
}
