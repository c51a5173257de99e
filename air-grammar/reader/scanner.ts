import { utf8 } from '../../base/bytes.ts';
import type { Language } from '../language.ts';
import type { State } from '../states.ts';
import type { Use } from '../table.ts';
import { FIXED_WORDS } from '../word.ts';
import { isSpace, wordEnd } from '../word-end.ts';
import { hashed, Names } from './names.ts';
import { endsWord, END, isNameUnit, OTHER, Unit, unitsOf } from './units.ts';

/** Thrown at the first thing that is not as expected. */
export const GIVE_UP = new Error('not well-formed');

/** Serve one script after the other. */
const names = new Names();
/** The names that the instruction being read defines, so many of them. */
const definitions: number[] = [];
let definitionCount = 0;

/** What a mention holds instead of a name's id. */
const NO_NAME = -2;
const UNKNOWN_NAME = -1;

/** A place in the text that moves forward, token by token. Keeps account of names for rule V1. */
export class Scanner {
  readonly text: string;
  readonly units: Uint8Array;
  readonly language: Language;
  at = 0;
  /** Whether each name that is read was defined before: rule V1 then finds nothing. */
  readsDefined = true;
  readonly #vocabulary: Vocabulary;
  /** The name of the operand read last. */
  #mention = NO_NAME;

  constructor(text: string, language: Language) {
    this.text = text;
    this.units = unitsOf(text);
    this.language = language;
    this.#vocabulary = vocabularyOf(language);
    names.begin(this.units);
    definitionCount = 0;
  }

  /** Call it at the end, also after a failure. */
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

  /** A keyword; gives the state after it. */
  keyword(): State {
    const entries = this.#vocabulary.byFirst[this.peek()] as readonly Entry[];
    for (let i = 0; i < entries.length; i++) {
      const { units, state } = entries[i] as Entry;
      if (!this.#reads(units)) continue;
      this.at += units.length;
      return state;
    }
    const state = this.language.states.get(this.word());
    if (state === undefined) throw GIVE_UP;
    return state;
  }

  /** A word, whatever it means. */
  word(): string {
    const start = this.at;
    if (this.units[start] === END) throw GIVE_UP;
    this.at = wordEnd(this.text, start);
    return this.text.slice(start, this.at);
  }

  /** Whether these units are a word that is not a name. The first letter and the length decide for most words. */
  isReserved(start: number, end: number): boolean {
    const lengths = this.#vocabulary.lengths[this.units[start] as number] as number;
    if (((lengths >> Math.min(end - start, 31)) & 1) === 0) return false;
    return this.#vocabulary.reserved.has(this.text.slice(start, end));
  }

  /** The operand that comes next has no name so far. */
  beginOperand(): void {
    this.#mention = NO_NAME;
  }

  /** The operand is a variable with this ASCII name. */
  named(start: number, end: number, hash: number): void {
    this.#mention = names.idOf(start, end, hash);
  }

  /** The operand is a variable with a name that the account of names cannot hold. */
  namedOtherwise(): void {
    this.#mention = UNKNOWN_NAME;
  }

  /** The operand takes a step of its lens from the scalar at this place. */
  keyedBy(start: number, end: number, use: Use): void {
    if (use !== 'read') return;
    let hash = hashed(0, this.units[start] as number);
    for (let at = start; at < end; at++) {
      const unit = this.units[at] as number;
      if (!isNameUnit(unit)) return this.#requireDefined(UNKNOWN_NAME);
      hash = hashed(hash, unit);
    }
    this.#requireDefined(names.idOf(start, end, hash));
  }

  /** The operand that was read is used so in its instruction. */
  use(use: Use): void {
    const mention = this.#mention;
    if (mention === NO_NAME) return;
    if (use === 'read') this.#requireDefined(mention);
    else if (use === 'define' && mention !== UNKNOWN_NAME) definitions[definitionCount++] = mention;
  }

  /** The operands of an instruction are complete: what it defines is defined from here on. */
  endOperands(): void {
    for (let i = 0; i < definitionCount; i++) names.define(definitions[i] as number);
    definitionCount = 0;
  }

  #requireDefined(id: number): void {
    if (id < 0 || !names.isDefined(id)) this.readsDefined = false;
  }

  /** Whether the next word is this one. */
  #reads(word: Uint8Array): boolean {
    const { units, at } = this;
    for (let i = 1; i < word.length; i++) if (units[at + i] !== word[i]) return false;
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

/** No white space and no comment, at a glance. */
const startsToken = (unit: number): boolean => unit > Unit.space && unit < OTHER && unit !== Unit.semicolon;

interface Entry {
  readonly units: Uint8Array;
  readonly state: State;
}

/** The words of a language that are not names. */
interface Vocabulary {
  /** Keywords by their first unit. */
  readonly byFirst: readonly (readonly Entry[])[];
  readonly reserved: ReadonlySet<string>;
  /** Of reserved words: by first unit, a bit for each length. */
  readonly lengths: Int32Array;
}

const vocabularies = new WeakMap<Language, Vocabulary>();

function vocabularyOf(language: Language): Vocabulary {
  const known = vocabularies.get(language);
  if (known !== undefined) return known;
  const entries = [...language.states].map(([word, state]) => ({ units: utf8(word), state }));
  const reserved = new Set([...language.states.keys(), ...FIXED_WORDS]);
  const lengths = new Int32Array(END + 1);
  for (const word of reserved) lengths[word.charCodeAt(0)]! |= 1 << word.length;
  const byFirst = Array.from({ length: END + 1 }, (_, unit) =>
    entries.filter(({ units }) => units[0] === unit),
  );
  const vocabulary = { byFirst, reserved, lengths };
  vocabularies.set(language, vocabulary);
  return vocabulary;
}
