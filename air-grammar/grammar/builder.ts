import type { IToken } from 'chevrotain';
import type { Instruction, Script, Span } from '../ast.ts';
import { AirError } from '../errors.ts';
import type { Form } from '../form.ts';
import { quoted } from '../source.ts';

/** The operands of an instruction by field. */
export type Fields = Record<string, unknown>;

const NONE: readonly Instruction[] = [];

/** An instruction whose operands have been read, and those nested in it so far. */
class Open {
  nested: Instruction[] | undefined;
  constructor(
    readonly form: Form,
    readonly fields: Fields,
    readonly paren: IToken,
    readonly index: number,
  ) {}

  get count(): number {
    return this.nested === undefined ? 0 : this.nested.length;
  }
}

/** From the start of one token to the end of the same or a later one. */
export const between = (first: IToken, last: IToken = first): Span => ({
  start: first.startOffset,
  end: last.startOffset + last.image.length,
});

/** Puts instructions into each other on a stack of its own, so that their nesting is bounded by memory only. */
export class Builder {
  readonly #text: string;
  readonly #open: Open[] = [];
  #count = 0;
  #root: Instruction | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  /** An opening parenthesis. Returns the index of the instruction that begins with it, if one may begin here. */
  begin(paren: IToken): number {
    const parent = this.#open.at(-1);
    if (parent === undefined) {
      if (this.#root !== undefined)
        throw this.#unexpected(paren, 'the end, since a script is one instruction');
    } else if (parent.count === parent.form.nested.length) throw this.#unexpected(paren, '")"');
    this.#count += 1;
    return this.#count - 1;
  }

  /** An instruction. If it has no end yet, others are nested in it: they follow. */
  add(form: Form, fields: Fields, paren: IToken, index: number, end: IToken | undefined): void {
    const open = new Open(form, fields, paren, index);
    if (end === undefined) this.#open.push(open);
    else this.#nest(assemble(open, end));
  }

  /** The parenthesis that ends the innermost open instruction. */
  close(paren: IToken): void {
    const closed = this.#open.pop();
    if (closed === undefined) throw this.#unexpected(paren, this.#root === undefined ? '"("' : 'the end');
    if (closed.count < closed.form.required) throw this.#unexpected(paren, '"(" of an instruction');
    this.#nest(assemble(closed, paren));
  }

  finish(): Script {
    const innermost = this.#open.at(-1);
    if (innermost !== undefined) throw this.#ended(`")" of \`${innermost.form.keyword}\``);
    if (this.#root === undefined) throw this.#ended('"(" of an instruction');
    return { text: this.#text, root: this.#root, size: this.#count };
  }

  #nest(instruction: Instruction): void {
    const parent = this.#open.at(-1);
    if (parent === undefined) this.#root = instruction;
    else (parent.nested ??= []).push(instruction);
  }

  #unexpected(paren: IToken, expected: string): AirError {
    const { start, end } = between(paren);
    return syntaxError(this.#text, `expected ${expected}, found ${quoted(paren.image)}`, start, end);
  }

  #ended(expected: string): AirError {
    const end = this.#text.length;
    return syntaxError(this.#text, `expected ${expected}, found the end of the script`, end, end);
  }
}

function assemble({ form, fields, nested, paren, index }: Open, end: IToken): Instruction {
  const node: Record<string, unknown> = { kind: form.kind, ...fields, ...between(paren, end), index };
  for (const [position, instruction] of (nested ?? NONE).entries())
    node[(form.nested[position] as { field: string }).field] = instruction;
  return node as unknown as Instruction;
}

export function syntaxError(text: string, message: string, start: number, end: number): AirError {
  return new AirError(text, [{ code: 'ERR_AIR_SYNTAX', message, span: { start, end } }]);
}
