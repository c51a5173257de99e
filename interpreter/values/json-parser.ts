import { canonicalJson } from './canonical-json.ts';
import { DEPTH_MAX, JsonError, setOwn, type Float, type Json } from './json.ts';
import { parseNumber } from './json-number.ts';

/**
 * JSON text to value, strictly by RFC 8259: at most {@link DEPTH_MAX} levels, no lone surrogates, the last of equal keys wins, numbers
 * without loss.
 *
 * @throws {JsonError} With the offset of the first offence.
 */
export function parseJson(text: string): Json {
  return isPlain(text) ? parseNatively(text) : new Parser(text).parse();
}

/** As {@link parseJson}, but `undefined` for anything that is not written canonically. Never throws. */
export function parseCanonicalJson(text: string): Json | undefined {
  try {
    const json = parseJson(text);
    return canonicalJson(json) === text ? json : undefined;
  } catch (failure) {
    if (failure instanceof JsonError) return undefined;
    throw failure;
  }
}

/**
 * What JSON.parse would get wrong, or might: fractions, exponents, integers of 16 digits and more, minus zero, escaped surrogates.
 * Strings may hold such text too; then the slower parser gives the same result.
 */
const NOT_PLAIN = /[0-9][.eE]|[0-9]{16}|-0|\\u[dD]/;

function isPlain(text: string): boolean {
  return !NOT_PLAIN.test(text) && text.isWellFormed() && !mayBeDeep(text);
}

function mayBeDeep(text: string): boolean {
  if (text.length <= 2 * DEPTH_MAX) return false;
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i) | 0x20;
    // `[` and `{` differ in one bit, as `]` and `}` do. Brackets in strings count too: that only costs time.
    if (unit === 0x7b) depth += 1;
    else if (unit === 0x7d) depth -= 1;
    if (depth > DEPTH_MAX) return true;
  }
  return false;
}

function parseNatively(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    // The message of the platform differs from version to version; ours is the same everywhere.
    return new Parser(text).parse();
  }
}

class Parser {
  readonly #text: string;
  #at = 0;
  /** The next backslash from wherever it was last looked for: text without any is scanned once. */
  #escape = -1;

  constructor(text: string) {
    this.#text = text;
  }

  parse(): Json {
    if (!this.#text.isWellFormed()) throw new JsonError('ERR_JSON_SYNTAX', 'lone surrogate in the text');
    this.#space();
    const json = this.#value(0);
    this.#space();
    if (this.#at < this.#text.length) throw this.#unexpected('end of text');
    return json;
  }

  #value(depth: number): Json {
    switch (this.#text[this.#at]) {
      case '{':
        return this.#object(depth + 1);
      case '[':
        return this.#array(depth + 1);
      case '"':
        return this.#string();
      case 't':
        return this.#word('true', true);
      case 'f':
        return this.#word('false', false);
      case 'n':
        return this.#word('null', null);
      default:
        return this.#number();
    }
  }

  #object(depth: number): Json {
    this.#open(depth);
    const object: { [key: string]: Json } = {};
    if (this.#skip('}')) return object;
    do {
      this.#space();
      if (this.#text[this.#at] !== '"') throw this.#unexpected('a key');
      const key = this.#string();
      this.#space();
      this.#expect(':');
      this.#space();
      setOwn(object, key, this.#value(depth));
      this.#space();
    } while (this.#skip(','));
    this.#expect('}');
    return object;
  }

  #array(depth: number): Json {
    this.#open(depth);
    const array: Json[] = [];
    if (this.#skip(']')) return array;
    do {
      this.#space();
      array.push(this.#value(depth));
      this.#space();
    } while (this.#skip(','));
    this.#expect(']');
    return array;
  }

  #open(depth: number): void {
    if (depth > DEPTH_MAX) {
      throw new JsonError('ERR_JSON_DEPTH', `recursion limit exceeded: nested deeper than ${DEPTH_MAX}`, { at: this.#at });
    }
    this.#at += 1;
    this.#space();
  }

  #string(): string {
    const end = this.#stringEnd();
    if (end === -1) throw this.#unexpected('a closed string');
    const quoted = this.#text.slice(this.#at, end);
    try {
      const text: unknown = JSON.parse(quoted);
      if (typeof text !== 'string' || !text.isWellFormed()) {
        throw new JsonError('ERR_JSON_SYNTAX', 'lone surrogate in a string', { at: this.#at });
      }
      this.#at = end;
      return text;
    } catch (failure) {
      if (failure instanceof JsonError) throw failure;
      throw this.#unexpected('a string without control characters and unknown escapes');
    }
  }

  /** Just after the closing quote, or -1. */
  #stringEnd(): number {
    let from = this.#at + 1;
    for (;;) {
      const quote = this.#text.indexOf('"', from);
      if (this.#escape < from) {
        const escape = this.#text.indexOf('\\', from);
        this.#escape = escape === -1 ? Infinity : escape;
      }
      if (quote === -1 || quote < this.#escape) return quote + (quote === -1 ? 0 : 1);
      from = this.#escape + 2;
    }
  }

  #number(): number | bigint | Float {
    const pattern = /(-?)(0|[1-9][0-9]*)(?:\.([0-9]+))?(?:[eE]([+-]?[0-9]+))?/y;
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    if (found === null) throw this.#unexpected('a value');
    this.#at = pattern.lastIndex;
    const [, sign, whole, fraction, exponent] = found;
    return parseNumber({ negative: sign === '-', whole: whole as string, fraction, exponent });
  }

  #word<T>(word: string, value: T): T {
    if (!this.#text.startsWith(word, this.#at)) throw this.#unexpected('a value');
    this.#at += word.length;
    return value;
  }

  #space(): void {
    for (;;) {
      const unit = this.#text.charCodeAt(this.#at);
      if (unit !== 0x20 && unit !== 0x0a && unit !== 0x0d && unit !== 0x09) return;
      this.#at += 1;
    }
  }

  #skip(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  #expect(character: string): void {
    if (!this.#skip(character)) throw this.#unexpected(`\`${character}\``);
  }

  #unexpected(expected: string): JsonError {
    const found = this.#at < this.#text.length ? `\`${this.#text[this.#at]}\`` : 'the end';
    return new JsonError('ERR_JSON_SYNTAX', `expected ${expected} at offset ${this.#at}, found ${found}`, { at: this.#at });
  }
}
