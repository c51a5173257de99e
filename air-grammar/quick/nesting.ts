import type { Fold, Instruction, New, Value } from '../ast.ts';
import type { Keyword } from '../word.ts';
import { OpenComparison, OpenFold, OpenNew, OpenPair } from './nodes.ts';
import { Place } from './operand-kinds.ts';
import { operand } from './operands.ts';
import { GIVE_UP, type Scanner } from './scanner.ts';

export type Open = OpenPair | OpenComparison | OpenNew | OpenFold;

/** The beginning of an instruction with nested ones, after its keyword; nothing if it is none. */
export function open(scanner: Scanner, keyword: Keyword, start: number, index: number): Open | undefined {
  switch (keyword) {
    case 'seq':
    case 'par':
    case 'xor':
      return new OpenPair(keyword, start, index);
    case 'match':
    case 'mismatch': {
      const left = operand(scanner, Place.value) as Value;
      const right = operand(scanner, Place.value) as Value;
      return new OpenComparison(keyword, left, right, start, index);
    }
    case 'fold': {
      const iterable = operand(scanner, Place.iterable) as Fold['iterable'];
      const iterator = operand(scanner, Place.iterator) as Fold['iterator'];
      return new OpenFold('fold', iterable, iterator, start, index);
    }
    case 'new': {
      const variable = operand(scanner, Place.newVariable) as New['variable'];
      return new OpenNew('new', variable, start, index);
    }
    default:
      return undefined;
  }
}

/** Puts a complete instruction where the next one belongs. */
export function nest(parent: Open, instruction: Instruction): void {
  if ('body' in parent) {
    if (parent.body === undefined) parent.body = instruction;
    else if (parent.kind === 'fold' && parent.last === undefined) parent.last = instruction;
    else throw GIVE_UP;
  } else if (parent.left === undefined) parent.left = instruction;
  else if (parent.right === undefined) parent.right = instruction;
  else throw GIVE_UP;
}

export function finish(open: Open, end: number): Instruction {
  const last = 'body' in open ? open.body : open.right;
  if (last === undefined) throw GIVE_UP;
  open.end = end;
  return open as Instruction;
}
