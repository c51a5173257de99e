import type { Ap, ApMap, Call, Fail, Fold, Instruction, Lens, Match, New, Next } from '../ast.ts';
import type { VariableKind } from '../word.ts';

/**
 * Nodes, by constructor. V8 watches what becomes of object literals: once most of them have outlived a collection it puts the next
 * ones into old space at once, and there trees that nobody needs any more wait for a full collection, and keep alive what they
 * point to. Made so, trees die young, if not too many are kept (docs/decisions/0002-deep-scripts.md).
 */

type Nested = Instruction | undefined;

/** What is nested in an instruction, and where its span ends, is filled in when it comes. */
export class OpenPair {
  left: Nested;
  right: Nested;
  end = 0;
  constructor(
    readonly kind: 'seq' | 'par' | 'xor',
    readonly start: number,
    readonly index: number,
  ) {}
}

export class OpenComparison {
  body: Nested;
  end = 0;
  constructor(
    readonly kind: 'match' | 'mismatch',
    readonly left: Match['left'],
    readonly right: Match['right'],
    readonly start: number,
    readonly index: number,
  ) {}
}

export class OpenNew {
  body: Nested;
  end = 0;
  constructor(
    readonly kind: 'new',
    readonly variable: New['variable'],
    readonly start: number,
    readonly index: number,
  ) {}
}

export class OpenFold {
  body: Nested;
  declare last?: Instruction;
  end = 0;
  constructor(
    readonly kind: 'fold',
    readonly iterable: Fold['iterable'],
    readonly iterator: Fold['iterator'],
    readonly start: number,
    readonly index: number,
  ) {}
}

export class ApNode {
  constructor(
    readonly kind: 'ap',
    readonly value: Ap['value'],
    readonly target: Ap['target'],
    readonly start: number,
    readonly end: number,
    readonly index: number,
  ) {}
}

export class ApMapNode {
  constructor(
    readonly kind: 'apMap',
    readonly key: ApMap['key'],
    readonly value: ApMap['value'],
    readonly target: ApMap['target'],
    readonly start: number,
    readonly end: number,
    readonly index: number,
  ) {}
}

export class CallNode {
  readonly arguments: Call['arguments'];
  declare readonly output?: NonNullable<Call['output']>;
  constructor(
    readonly kind: 'call',
    readonly peer: Call['peer'],
    readonly service: Call['service'],
    readonly functionName: Call['functionName'],
    args: Call['arguments'],
    output: Call['output'],
    readonly start: number,
    readonly end: number,
    readonly index: number,
  ) {
    this.arguments = args;
    if (output !== undefined) this.output = output;
  }
}

export class NextNode {
  constructor(
    readonly kind: 'next',
    readonly iterator: Next['iterator'],
    readonly start: number,
    readonly end: number,
    readonly index: number,
  ) {}
}

export class FailNode {
  constructor(
    readonly kind: 'fail',
    readonly operand: Fail['operand'],
    readonly start: number,
    readonly end: number,
    readonly index: number,
  ) {}
}

export class BareNode {
  constructor(
    readonly kind: 'never' | 'null',
    readonly start: number,
    readonly end: number,
    readonly index: number,
  ) {}
}

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
export class LensNode {
  constructor(
    readonly kind: VariableKind,
    readonly name: string,
    readonly lens: Lens,
    readonly start: number,
    readonly end: number,
  ) {}
}
