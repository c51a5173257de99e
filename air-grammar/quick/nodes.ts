import type { Ap, ApMap, Call, Fail, Fold, Instruction, Lens, Match, New, Next } from '../ast.ts';
import type { VariableKind } from '../word.ts';

/**
 * Nodes, by constructor. V8 watches what becomes of object literals: once most of them have outlived a collection it puts the next
 * ones into old space at once, and there trees that nobody needs any more wait for a full collection, and keep alive what they
 * point to. Made so, trees die young: it halves the time of reading one new script after the other.
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
  readonly kind = 'new';
  body: Nested;
  end = 0;
  constructor(
    readonly variable: New['variable'],
    readonly start: number,
    readonly index: number,
  ) {}
}

export class OpenFold {
  readonly kind = 'fold';
  body: Nested;
  declare last?: Instruction;
  end = 0;
  constructor(
    readonly iterable: Fold['iterable'],
    readonly iterator: Fold['iterator'],
    readonly start: number,
    readonly index: number,
  ) {}
}

export class ApNode {
  readonly kind = 'ap';
  constructor(
    readonly value: Ap['value'],
    readonly target: Ap['target'],
    readonly start: number,
    readonly end: number,
    readonly index: number,
  ) {}
}

export class ApMapNode {
  readonly kind = 'apMap';
  constructor(
    readonly key: ApMap['key'],
    readonly value: ApMap['value'],
    readonly target: ApMap['target'],
    readonly start: number,
    readonly end: number,
    readonly index: number,
  ) {}
}

export class CallNode {
  readonly kind = 'call';
  readonly arguments: Call['arguments'];
  declare readonly output?: NonNullable<Call['output']>;
  constructor(
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
  readonly kind = 'next';
  constructor(
    readonly iterator: Next['iterator'],
    readonly start: number,
    readonly end: number,
    readonly index: number,
  ) {}
}

export class FailNode {
  readonly kind = 'fail';
  constructor(
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
  readonly kind = 'string';
  constructor(
    readonly value: string,
    readonly start: number,
    readonly end: number,
  ) {}
}

export class IntegerNode {
  readonly kind = 'integer';
  constructor(
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
