import { isCanonicalOf } from './canonical-check.ts';
import { DEPTH_MAX, JsonError, setOwn, type Float, type Json } from './json.ts';
import { parseNumber } from './json-number.ts';

const SPACE = 0x20;
const QUOTE = 0x22;
const COMMA = 0x2c;
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const BACKSLASH = 0x5c;
const LETTER_D = 0x64;
const LETTER_E = 0x65;
const LETTER_U = 0x75;
const OPEN = 0x7b;
const CLOSE = 0x7d;
const LOWER_CASE = 0x20;

const NUMBER = /-?(?:0|[1-9][0-9]*)((?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)/y;

/**
 * JSON text to value, strictly by RFC 8259: no lone surrogates, the last of equal keys wins, numbers without loss.
 *
 * @param depthMax Arrays and objects inside each other; {@link ARGUMENTS_DEPTH_MAX} for the array of all arguments of a call.
 * @throws {JsonError} With the offset of the first offence.
 * @example canonicalJson(parseJson('[1, 1.0, 18446744073709551615]')) // '[1,1.0,18446744073709551615]'
 */
export const parseJson = (text: string, depthMax = DEPTH_MAX): Json => readJson(text, depthMax).json;

/** As {@link parseJson}; says also whether the text was seen to be canonical. Then it need not be written again to compare. */
export function readJson(text: string, depthMax = DEPTH_MAX): { json: Json; isCanonical: boolean } {
  const most = longestIn(text);
  if (most > 0) return { json: new Parser(text, depthMax, most).parse(), isCanonical: false };
  const look = lookThrough(text, depthMax);
  const json = look === NOT_PLAIN ? new Parser(text, depthMax).parse() : parseNatively(text, depthMax);
  return { json, isCanonical: look === CANONICAL };
}

const LARGE_UNITS = 256 * 1024;

/**
 * Units of the string that takes more than half of a large text; 0 if there is none. The platform would copy it. As a part of the text
 * it takes no room of its own, and keeps nothing else that is worth a copy.
 */
function longestIn(text: string): number {
  if (text.length <= LARGE_UNITS) return 0;
  const middle = text.length >> 1;
  const units = text.indexOf('"', middle) - text.lastIndexOf('"', middle) - 1;
  return units > middle ? units : 0;
}

/**
 * The value that `canonicalJson` wrote as this text, exactly; `undefined` for a text that it cannot have written. Never
 * throws.
 */
export function parseCanonicalJson(text: string, depthMax = DEPTH_MAX): Json | undefined {
  try {
    const { json, isCanonical } = readJson(text, depthMax);
    return isCanonical || isCanonicalOf(json, text) ? json : undefined;
  } catch (failure) {
    if (failure instanceof JsonError) return undefined;
    throw failure;
  }
}

/** JSON.parse may give another value. */
const NOT_PLAIN = 0;
/** JSON.parse gives the same value, if the text is JSON. */
const PLAIN = 1;
/** And the text is the one that {@link canonicalJson} writes. */
const CANONICAL = 2;

/**
 * Plain is a text without fractions, exponents, integers of 16 digits and more, minus zero or escaped surrogates, and nothing too deep.
 * Strings are stepped over: brackets in them would hide how deep the rest is. One look tells of most texts that they are canonical: no
 * white space, no escapes, and no object with two members, whose keys may be out of order.
 */
function lookThrough(text: string, depthMax: number): typeof NOT_PLAIN | typeof PLAIN | typeof CANONICAL {
  if (!text.isWellFormed()) return NOT_PLAIN;
  let depth = 0;
  let digits = 0;
  let hasObject = false;
  let hasComma = false;
  let isBare = true;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit >= ZERO && unit <= NINE) {
      digits += 1;
      if (digits > 15) return NOT_PLAIN;
    } else if (unit === QUOTE) {
      for (i += 1; text.charCodeAt(i) !== QUOTE; i++) {
        if (i >= text.length) return NOT_PLAIN;
        if (text.charCodeAt(i) !== BACKSLASH) continue;
        isBare = false;
        i += 1;
        if (text.charCodeAt(i) === LETTER_U && (text.charCodeAt(i + 1) | LOWER_CASE) === LETTER_D)
          return NOT_PLAIN;
      }
    } else {
      // `[` and `{` differ in the bit of lower case, as `]` and `}` do.
      const lower = unit | LOWER_CASE;
      if (lower === OPEN) depth += 1;
      else if (lower === CLOSE) depth -= 1;
      if (depth > depthMax || unit === POINT || (lower === LETTER_E && digits > 0)) return NOT_PLAIN;
      if (unit === MINUS && text.charCodeAt(i + 1) === ZERO) return NOT_PLAIN;
      if (unit === OPEN) hasObject = true;
      else if (unit === COMMA) hasComma = true;
      else if (unit <= SPACE) isBare = false;
      digits = 0;
    }
  }
  return isBare && !(hasObject && hasComma) ? CANONICAL : PLAIN;
}

function parseNatively(text: string, depthMax: number): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    // The message of the platform differs from version to version; ours is the same everywhere.
    return new Parser(text, depthMax).parse();
  }
}

class Parser {
  readonly #text: string;
  readonly #depthMax: number;
  /** Strings of at least so many units may be parts of the text. */
  readonly #partUnits: number;
  #at = 0;

  constructor(text: string, depthMax: number, partUnits = 0) {
    this.#text = text;
    this.#depthMax = depthMax;
    this.#partUnits = partUnits;
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
    if (depth > this.#depthMax) {
      throw new JsonError(
        'ERR_JSON_DEPTH',
        `recursion limit exceeded: nested deeper than ${this.#depthMax}`,
        {
          at: this.#at,
        },
      );
    }
    this.#at += 1;
    this.#space();
  }

  /** One look at each character, so the time is linear whatever stands in the string. */
  #string(): string {
    const start = this.#at + 1;
    let end = start;
    let escapes = false;
    for (let unit = this.#text.charCodeAt(end); unit !== QUOTE; unit = this.#text.charCodeAt(end)) {
      // NaN is the end of the text; the rest below the space are control characters.
      if (!(unit >= 0x20)) {
        this.#at = end;
        throw this.#unexpected(
          end < this.#text.length ? 'no control character in a string' : 'a closing `"`',
        );
      }
      escapes ||= unit === BACKSLASH;
      end += unit === BACKSLASH ? 2 : 1;
    }
    const isCopied = escapes || end - start < this.#partUnits;
    const text = isCopied ? this.#unescape(start - 1, end + 1) : this.#text.slice(start, end);
    this.#at = end + 1;
    return text;
  }

  #unescape(start: number, end: number): string {
    let text: unknown;
    try {
      text = JSON.parse(this.#text.slice(start, end));
    } catch {
      throw new JsonError('ERR_JSON_SYNTAX', `the string at offset ${start} holds an unknown escape`, {
        at: start,
      });
    }
    if (typeof text === 'string' && text.isWellFormed()) return text;
    throw new JsonError('ERR_JSON_SYNTAX', `lone surrogate in the string at offset ${start}`, { at: start });
  }

  #number(): number | bigint | Float {
    NUMBER.lastIndex = this.#at;
    const found = NUMBER.exec(this.#text);
    if (found === null) throw this.#unexpected('a value');
    this.#at = NUMBER.lastIndex;
    const [text, afterWhole] = found;
    return parseNumber(text, afterWhole === '');
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
    return new JsonError(
      'ERR_JSON_SYNTAX',
      `expected ${expected} at offset ${this.#at}, found ${this.#found()}`,
      {
        at: this.#at,
      },
    );
  }

  /** Escapes the message to one well-formed line, since it is recorded as the call's result. */
  #found(): string {
    const point = this.#text.codePointAt(this.#at);
    if (point === undefined) return 'the end';
    if (point > 0x20 && point !== 0x7f) return `\`${String.fromCodePoint(point)}\``;
    return `U+${point.toString(16).toUpperCase().padStart(4, '0')}`;
  }
}
