import { invariant } from '../../base/assert.ts';
import type { IntegerLiteral, Span, StringLiteral } from '../ast.ts';
import type { Form } from '../form.ts';
import { bitOf, type Kinds } from '../kinds.ts';
import type { Language } from '../language.ts';
import { IntegerNode, StringNode, VariableNode, wordNode, type OperandWord } from '../operand-nodes.ts';
import type { OperandPart, Part } from '../table.ts';
import { classify, isFixedWord } from '../word.ts';
import { isSpace, wordEnd } from '../word-end.ts';
import { endsWord, isDigit, isLetter, isNameUnit, kindOfSigil, SAFE_DIGITS, sigilOf, Unit } from './units.ts';

const INTEGER = bitOf('integer');
const FAILURE = bitOf('failure');

/**
 * Reads the operands of instructions into the fields of their nodes. The text has been read before and is well-formed: what stands where
 * is known from the form.
 */
export class HeaderReader {
  readonly #text: string;
  readonly #language: Language;
  #at = 0;

  constructor(text: string, language: Language) {
    this.#text = text;
    this.#language = language;
  }

  /** @param start Of the instruction. */
  read(node: object, form: Form, start: number): void {
    const { parts } = form;
    if (parts.length === 0) return;
    this.#at = start + 1;
    this.#skip(form.keyword.length);
    const fields = node as Record<string, unknown>;
    for (let i = 0; i < parts.length; i++) {
      const part = parts[i] as Part;
      if (typeof part === 'string') this.#skip(1);
      else if (part.count === 'many') fields[part.field] = this.#list(part);
      else if (part.count === 'one' || !this.#isAtEnd(form))
        fields[part.field] = this.#operand(part.place.kinds);
    }
  }

  /** Over white space and comments, and so many characters. */
  #skip(length: number): void {
    this.#peek();
    this.#at += length;
  }

  #isAtEnd(form: Form): boolean {
    return this.#peek() === (form.nested.length > 0 ? Unit.leftParen : Unit.rightParen);
  }

  /** Lists end at a closing bracket. */
  #list({ place }: OperandPart): unknown[] {
    const nodes: unknown[] = [];
    while (this.#peek() !== Unit.rightBracket) nodes.push(this.#operand(place.kinds));
    return nodes;
  }

  #operand(allowed: Kinds): object {
    const first = this.#one();
    const isFailure = first.kind === 'integer' && (allowed & (INTEGER | FAILURE)) === FAILURE;
    if (!isFailure) return first;
    const { value: code, start } = first as IntegerLiteral;
    this.#peek();
    const { value: message, end } = this.#string();
    return { kind: 'failure', code, message, start, end };
  }

  #one(): Span & { readonly kind: string } {
    const unit = this.#peek();
    if (unit === Unit.quote) return this.#string();
    const start = this.#at;
    if (unit === Unit.leftBracket) {
      this.#skip(1);
      this.#skip(1);
      return { kind: 'emptyArray', start, end: this.#at };
    }
    return this.#plainWord(unit, start) ?? this.#anyWord(start);
  }

  /** Numbers and variables of ASCII letters and digits, which most operands are: without classification. */
  #plainWord(first: number, start: number): IntegerNode | VariableNode | undefined {
    const text = this.#text;
    const sigil = sigilOf(first, text.charCodeAt(start + 1));
    let at = start + sigil;
    let unit = text.charCodeAt(at);
    if (sigil === 0 && isDigit(unit)) {
      let value = 0;
      for (; isDigit(unit); unit = text.charCodeAt(++at)) value = value * 10 + (unit - Unit.zero);
      if (at - start > SAFE_DIGITS || !endsWord(unit)) return undefined;
      this.#at = at;
      return new IntegerNode('integer', BigInt(value), start, at);
    }
    // A name that begins otherwise may be a number.
    if (sigil === 0 && !isLetter(unit)) return undefined;
    while (isNameUnit(unit)) unit = text.charCodeAt(++at);
    if (at === start + sigil || !endsWord(unit)) return undefined;
    const name = text.slice(start, at);
    if (sigil === 0 && (this.#language.states.has(name) || isFixedWord(name))) return undefined;
    this.#at = at;
    return new VariableNode(kindOfSigil(first, text.charCodeAt(start + 1)), name, start, at);
  }

  #anyWord(start: number): Span & { readonly kind: string } {
    this.#at = wordEnd(this.#text, start);
    const word = classify(this.#text.slice(start, this.#at), this.#language.states);
    invariant(word.kind !== 'keyword' && word.kind !== 'mistake', 'a script that was read is well-formed');
    return wordNode(word satisfies OperandWord, start, this.#at);
  }

  #string(): StringLiteral {
    const start = this.#at;
    this.#at = this.#text.indexOf('"', start + 1) + 1;
    return new StringNode('string', this.#text.slice(start + 1, this.#at - 1), start, this.#at);
  }

  /** The first unit of the next token. */
  #peek(): number {
    for (;;) {
      const unit = this.#text.charCodeAt(this.#at);
      if (unit === Unit.semicolon) this.#at = this.#text.indexOf('\n', this.#at);
      else if (isSpace(unit)) this.#at += 1;
      else return unit;
    }
  }
}
