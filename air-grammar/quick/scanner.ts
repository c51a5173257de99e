import { isSpace, wordEnd } from '../tokens.ts';
import { KEYWORDS, type Keyword } from '../word.ts';
import { Names } from './names.ts';
import { DEFINED, READ, type Kinds } from './operand-kinds.ts';
import { END, OTHER, unitsOf } from './units.ts';

export const Unit = {
  space: 0x20,
  quote: 0x22,
  hash: 0x23,
  dollar: 0x24,
  percent: 0x25,
  leftParen: 0x28,
  rightParen: 0x29,
  hyphen: 0x2d,
  dot: 0x2e,
  zero: 0x30,
  semicolon: 0x3b,
  leftBracket: 0x5b,
  rightBracket: 0x5d,
  underscore: 0x5f,
} as const;

/** Thrown at the first thing that is not as expected. */
export const GIVE_UP = new Error('not well-formed');

/** One for all: scripts are read one after the other. */
const names = new Names();

/** A place in the text that moves forward, token by token. */
export class Scanner {
  readonly text: string;
  readonly units: Uint8Array;
  at = 0;
  /** Whether each name that is read was defined before: rule V1 then has nothing to say. */
  readsDefined = true;

  constructor(text: string) {
    this.text = text;
    this.units = unitsOf(text);
    names.begin(text, this.units);
  }

  /** To be called when the text has been read, or has not. */
  close(): void {
    names.forget();
  }

  /** The first unit of the next token. */
  peek(): number {
    const unit = this.units[this.at] as number;
    return startsToken(unit) ? unit : this.#skipGap();
  }

  take(unit: number): void {
    if (this.peek() !== unit) throw GIVE_UP;
    this.at += 1;
  }

  /** The parenthesis that ends an instruction; gives the offset after it. */
  end(): number {
    this.take(Unit.rightParen);
    return this.at;
  }

  keyword(): Keyword {
    const first = this.peek();
    for (const keyword of KEYWORDS_BY_FIRST[first] as readonly Keyword[]) {
      if (!this.#reads(keyword)) continue;
      this.at += keyword.length;
      return keyword;
    }
    throw GIVE_UP;
  }

  /** The name that stands there. Its place tells what becomes of it. */
  name(start: number, end: number, hash: number, place: Kinds): string {
    const id = names.idOf(start, end, hash);
    if ((place & READ) !== 0 && (id === undefined || !names.isDefined(id))) this.readsDefined = false;
    if (id === undefined) return this.text.slice(start, end);
    if ((place & DEFINED) !== 0) names.define(id);
    return names.nameOf(id);
  }

  /** A word, whatever it means. */
  word(): string {
    const start = this.at;
    if (this.units[start] === END) throw GIVE_UP;
    this.at = wordEnd(this.text, start);
    return this.text.slice(start, this.at);
  }

  /** Whether the next word is this one. */
  #reads(word: string): boolean {
    const { units, at } = this;
    for (let i = 1; i < word.length; i++) if (units[at + i] !== word.charCodeAt(i)) return false;
    return endsWord(units[at + word.length] as number);
  }

  /** White space and comments. */
  #skipGap(): number {
    for (;;) {
      const unit = this.units[this.at] as number;
      if (unit === Unit.semicolon) this.#skipComment();
      else if (isSpace(unit === OTHER ? this.text.charCodeAt(this.at) : unit)) this.at += 1;
      else return unit;
    }
  }

  #skipComment(): void {
    const end = this.text.indexOf('\n', this.at);
    this.at = end === -1 ? this.text.length : end;
  }
}

const KEYWORDS_BY_FIRST: readonly (readonly Keyword[])[] = Array.from({ length: END + 1 }, (_, unit) =>
  KEYWORDS.filter(keyword => keyword.charCodeAt(0) === unit),
);

/** No white space and no comment, at a glance. */
const startsToken = (unit: number): boolean => unit > Unit.space && unit < OTHER && unit !== Unit.semicolon;

/** Ends a word that has no bracket in it. White space that is not ASCII also does, but is not common. */
export const endsWord = (unit: number): boolean =>
  unit === Unit.rightParen ||
  unit === Unit.space ||
  unit === Unit.rightBracket ||
  unit === END ||
  (unit >= 0x09 && unit <= 0x0d);

export const isLetter = (unit: number): boolean => {
  const lower = unit | 0x20;
  return (lower >= 0x61 && lower <= 0x7a) || unit === Unit.underscore;
};
export const isDigit = (unit: number): boolean => unit >= 0x30 && unit <= 0x39;
export const isNameUnit = (unit: number): boolean => isLetter(unit) || isDigit(unit) || unit === Unit.hyphen;
