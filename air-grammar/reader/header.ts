import { invariant } from '../../base/assert.ts';
import type { IntegerLiteral, Span, StringLiteral } from '../ast.ts';
import { bitOf, type Kinds } from '../kinds.ts';
import type { Form } from '../form.ts';
import type { Language } from '../language.ts';
import { StringNode, wordNode, type OperandWord } from '../operand-nodes.ts';
import type { OperandPart } from '../table.ts';
import { classify } from '../word.ts';
import { isSpace, wordEnd } from '../word-end.ts';
import { Unit } from './units.ts';

const INTEGER = bitOf('integer');
const FAILURE = bitOf('failure');

/**
 * Reads the operands of one instruction into the fields of its node. The text has been read before and is well-formed: what stands where
 * is known from the form.
 *
 * @param start Of the instruction.
 */
export function readOperands(
  node: object,
  { form, language, text, start }: { form: Form; language: Language; text: string; start: number },
): void {
  const header = new Header(text, start + 1, language);
  header.skip(form.keyword.length);
  const fields = node as Record<string, unknown>;
  for (const part of form.parts) {
    if (typeof part === 'string') header.skip(1);
    else if (part.count === 'many') fields[part.field] = header.list(part);
    else if (part.count === 'one' || !header.isAtEnd(form))
      fields[part.field] = header.operand(part.place.kinds);
  }
}

/** A place in the text that moves over operands. */
class Header {
  readonly #text: string;
  readonly #language: Language;
  #at: number;

  constructor(text: string, at: number, language: Language) {
    this.#text = text;
    this.#at = at;
    this.#language = language;
  }

  /** Over white space and comments, and so many characters. */
  skip(length: number): void {
    this.#peek();
    this.#at += length;
  }

  isAtEnd(form: Form): boolean {
    return this.#peek() === (form.nested.length > 0 ? Unit.leftParen : Unit.rightParen);
  }

  /** Lists end at a closing bracket. */
  list({ place }: OperandPart): unknown[] {
    const nodes: unknown[] = [];
    while (this.#peek() !== Unit.rightBracket) nodes.push(this.operand(place.kinds));
    return nodes;
  }

  operand(allowed: Kinds): object {
    const first = this.#one();
    const isFailure = first.kind === 'integer' && (allowed & (INTEGER | FAILURE)) === FAILURE;
    if (!isFailure) return first;
    const { value: code, start } = first as IntegerLiteral;
    this.#peek();
    const { value: message, end } = this.#string() as StringLiteral;
    return { kind: 'failure', code, message, start, end };
  }

  #one(): Span & { readonly kind: string } {
    const unit = this.#peek();
    if (unit === Unit.quote) return this.#string();
    const start = this.#at;
    if (unit === Unit.leftBracket) {
      this.skip(1);
      this.skip(1);
      return { kind: 'emptyArray', start, end: this.#at };
    }
    this.#at = wordEnd(this.#text, start);
    const word = classify(this.#text.slice(start, this.#at), this.#language.states);
    invariant(word.kind !== 'keyword' && word.kind !== 'mistake', 'a script that was read is well-formed');
    return wordNode(word satisfies OperandWord, { start, end: this.#at });
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
