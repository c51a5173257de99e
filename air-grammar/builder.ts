import type { IToken } from 'chevrotain';
import { assertNever, invariant } from '../base/assert.ts';
import type { Fold, Instruction, Match, Mismatch, New, Par, Script, Seq, Xor } from './ast.ts';
import { AirError } from './errors.ts';
import { between } from './operands.ts';
import { quoted } from './source.ts';

type Outer = Seq | Par | Xor | Match | Mismatch | Fold | New;
/** What an instruction has besides the ones nested in it. */
type HeadOf<T extends Outer> = Omit<T, 'start' | 'end' | 'index' | 'left' | 'right' | 'body' | 'last'> &
  (T extends Match | Mismatch ? Pick<T, 'left' | 'right'> : unknown);
export type Head =
  HeadOf<Seq> | HeadOf<Par> | HeadOf<Xor> | HeadOf<Match> | HeadOf<Mismatch> | HeadOf<Fold> | HeadOf<New>;

/** How many instructions may be nested in one, and how many must be: only the last one of `fold` is a choice. */
const ROOM: Readonly<Record<Outer['kind'], number>> = {
  seq: 2,
  par: 2,
  xor: 2,
  match: 1,
  mismatch: 1,
  new: 1,
  fold: 2,
};
const NEEDED: Readonly<Record<Outer['kind'], number>> = { ...ROOM, fold: 1 };

interface Open {
  readonly head: Head;
  readonly paren: IToken;
  readonly index: number;
  first?: Instruction;
  second?: Instruction;
}

const nestedIn = ({ first, second }: Open): number =>
  first === undefined ? 0 : second === undefined ? 1 : 2;

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
    } else if (nestedIn(parent) === ROOM[parent.head.kind]) throw this.#unexpected(paren, '")"');
    this.#count += 1;
    return this.#count - 1;
  }

  /** An instruction in which others are nested: they follow. */
  open(paren: IToken, index: number, head: Head): void {
    this.#open.push({ head, paren, index });
  }

  /** The parenthesis that ends the innermost open instruction. */
  close(paren: IToken): void {
    const closed = this.#open.pop();
    if (closed === undefined) throw this.#unexpected(paren, this.#root === undefined ? '"("' : 'the end');
    if (nestedIn(closed) < NEEDED[closed.head.kind]) throw this.#unexpected(paren, '"(" of an instruction');
    this.add(assemble(closed, paren));
  }

  /** A complete instruction. */
  add(instruction: Instruction): void {
    const parent = this.#open.at(-1);
    if (parent === undefined) this.#root = instruction;
    else if (parent.first === undefined) parent.first = instruction;
    else parent.second = instruction;
  }

  finish(): Script {
    const innermost = this.#open.at(-1);
    if (innermost !== undefined) throw this.#ended(`")" of \`${innermost.head.kind}\``);
    if (this.#root === undefined) throw this.#ended('"(" of an instruction');
    return { text: this.#text, root: this.#root, size: this.#count };
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

function assemble({ head, paren, index, first, second }: Open, end: IToken): Instruction {
  invariant(first !== undefined, 'an instruction is nested in this one');
  const span = between(paren, end);
  switch (head.kind) {
    case 'seq':
    case 'par':
    case 'xor':
      invariant(second !== undefined, 'two instructions are nested in this one');
      return { kind: head.kind, left: first, right: second, ...span, index };
    case 'match':
    case 'mismatch':
      return { kind: head.kind, left: head.left, right: head.right, body: first, ...span, index };
    case 'new':
      return { kind: 'new', variable: head.variable, body: first, ...span, index };
    case 'fold': {
      const { iterable, iterator } = head;
      if (second === undefined) return { kind: 'fold', iterable, iterator, body: first, ...span, index };
      return { kind: 'fold', iterable, iterator, body: first, last: second, ...span, index };
    }
    default:
      return assertNever(head, 'instruction');
  }
}

export function syntaxError(text: string, message: string, start: number, end: number): AirError {
  return new AirError(text, [{ code: 'ERR_AIR_SYNTAX', message, span: { start, end } }]);
}
