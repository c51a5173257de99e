import type { Lens, ValueOperand, VariableName } from './ast.ts';
import type { VariableKind, Word } from './word.ts';

/** A word that is an operand. */
export type OperandWord = Exclude<Word, { kind: 'keyword' | 'mistake' }>;

/** The node of a literal, variable or register. */
export function wordNode(word: OperandWord, start: number, end: number): ValueOperand | VariableName {
  switch (word.kind) {
    case 'integer':
      return new IntegerNode('integer', word.value, start, end);
    case 'float':
      return { kind: 'float', value: word.value, start, end };
    case 'boolean':
      return { kind: 'boolean', value: word.value, start, end };
    case 'initPeerId':
    case 'timestamp':
    case 'ttl':
      return { kind: word.kind, start, end };
    case 'lastError':
    case 'error':
      return word.lens ? { kind: word.kind, lens: word.lens, start, end } : { kind: word.kind, start, end };
    default:
      return word.lens
        ? (new LensNode(word.kind, word.name, word.lens, start, end) as VariableName)
        : (new VariableNode(word.kind, word.name, start, end) as VariableName);
  }
}

/**
 * Common nodes are made by constructors. V8 tracks the lifetime of object literals: once most of them have outlived a collection, it
 * allocates the next ones in old space, where dead trees wait for a full collection (docs/decisions/0002-deep-scripts.md).
 */
export class StringNode {
  constructor(
    readonly kind: 'string',
    readonly value: string,
    readonly start: number,
    readonly end: number,
  ) {}
}

export class IntegerNode {
  constructor(
    readonly kind: 'integer',
    readonly value: bigint,
    readonly start: number,
    readonly end: number,
  ) {}
}

export class VariableNode {
  constructor(
    readonly kind: VariableKind,
    readonly name: string,
    readonly start: number,
    readonly end: number,
  ) {}
}

/** A variable with a lens. */
class LensNode {
  constructor(
    readonly kind: VariableKind,
    readonly name: string,
    readonly lens: Lens,
    readonly start: number,
    readonly end: number,
  ) {}
}
