import type { IToken } from 'chevrotain';
import { invariant } from '../base/assert.ts';
import type { Instruction, Script } from './ast.ts';
import { AirError } from './errors.ts';
import { spanOf } from './operands.ts';

/** What an instruction has besides nested ones. */
export type Header = Record<string, unknown> & { readonly kind: Instruction['kind'] };

/** Names of the nested instructions, and how many of them are required. */
const NESTED: Partial<Record<Instruction['kind'], { readonly names: readonly string[]; readonly required: number }>> = {
  seq: { names: ['left', 'right'], required: 2 },
  par: { names: ['left', 'right'], required: 2 },
  xor: { names: ['left', 'right'], required: 2 },
  match: { names: ['body'], required: 1 },
  mismatch: { names: ['body'], required: 1 },
  new: { names: ['body'], required: 1 },
  fold: { names: ['body', 'last'], required: 1 },
};
const NO_NESTED = { names: [], required: 0 };

interface Open {
  readonly header: Header;
  readonly start: number;
  readonly index: number;
  readonly nested: Instruction[];
}

/** Puts instructions into each other on a stack of its own, so that their nesting is bounded by memory only. */
export class Builder {
  readonly #text: string;
  readonly #open: Open[] = [];
  #count = 0;
  #root: Instruction | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  /** An opening parenthesis: may an instruction begin here? */
  open(token: IToken): void {
    const parent = this.#open.at(-1);
    if (parent === undefined) {
      if (this.#root !== undefined) throw this.#unexpected(token, '<nothing>: a script is one instruction');
    } else if (parent.nested.length === shapeOf(parent.header).names.length) {
      throw this.#unexpected(token, '")"');
    }
  }

  header(token: IToken, header: Header): void {
    this.#open.push({ header, start: token.startOffset, index: this.#count, nested: [] });
    this.#count += 1;
  }

  close(token: IToken): void {
    const closed = this.#open.pop();
    if (closed === undefined) throw this.#unexpected(token, this.#root === undefined ? '"("' : '<nothing>');
    const { header, start, index, nested } = closed;
    const { names, required } = shapeOf(header);
    if (nested.length < required) throw this.#unexpected(token, '"(" of an instruction');
    const node: Record<string, unknown> = { ...header, span: { start, end: token.startOffset + 1 }, index };
    for (const [i, child] of nested.entries()) node[names[i] as string] = child;
    const instruction = node as unknown as Instruction;
    const parent = this.#open.at(-1);
    if (parent === undefined) this.#root = instruction;
    else parent.nested.push(instruction);
  }

  finish(): Script {
    if (this.#root === undefined) {
      const end = this.#text.length;
      const innermost = this.#open.at(-1);
      const expected = innermost === undefined ? '"(" of an instruction' : `")" of \`${innermost.header.kind}\``;
      throw syntaxError(this.#text, `expected ${expected}, found the end of the script`, end, end);
    }
    invariant(this.#open.length === 0, 'a root closes last');
    return { text: this.#text, root: this.#root, size: this.#count };
  }

  #unexpected(token: IToken, expected: string): AirError {
    const { start, end } = spanOf(token);
    return syntaxError(this.#text, `expected ${expected}, found \`${token.image}\``, start, end);
  }
}

export function syntaxError(text: string, message: string, start: number, end: number): AirError {
  return new AirError(text, [{ code: 'ERR_AIR_SYNTAX', message, span: { start, end } }]);
}

const shapeOf = (header: Header): { readonly names: readonly string[]; readonly required: number } =>
  NESTED[header.kind] ?? NO_NESTED;
