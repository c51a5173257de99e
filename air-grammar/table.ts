import type { Span } from './ast.ts';
import type { Place } from './places.ts';

/**
 * How rows of the table of instructions are written, and the types of the nodes that follow from them.
 */

/** What becomes of the variable in a place: it must be defined before (rule V1), it is defined here, or neither. */
export type Use = 'read' | 'define' | 'name';
type Count = 'one' | 'many' | 'optional';

/** An operand. Its node stands in `field`: one node, an array (`many`), or a node that may be absent (`optional`). */
export interface OperandPart<Field extends string = string, T = unknown, C extends Count = Count> {
  readonly field: Field;
  readonly place: Place<T>;
  readonly use: Use;
  readonly count: C;
}
export type Punctuation = '(' | ')' | '[' | ']';
export type Part = OperandPart | Punctuation;

/** An instruction inside another one. */
export interface NestedPart<
  Field extends string = string,
  C extends 'one' | 'optional' = 'one' | 'optional',
> {
  readonly field: Field;
  readonly count: C;
  /**
   * The line above it in listings. Not given: the line that describes the instruction for the first one, the field for others. Empty:
   * no line, and no indentation.
   */
  readonly label?: string;
}

/**
 * What an instruction does last, for rule V7: nothing that counts, its first nested instruction, each of two one after the other, one of
 * two, or the work of `fold` and `next`, which the rule is about.
 */
export type Tail = 'nothing' | 'body' | 'both' | 'either' | 'fold' | 'next';

/** An instruction: all that begins with one keyword. */
export interface Row {
  /** What follows the keyword, for each kind of node. Of several forms the operands themselves tell which one it is. */
  readonly forms: Readonly<Record<string, readonly Part[]>>;
  /** After the operands. Optional ones come last. */
  readonly nested: readonly NestedPart[];
  readonly tail: Tail;
  /** Listings show it as `output <- call …`, its operands separated by commas. */
  readonly listedAsAssignment?: boolean;
}

/** By keyword. */
export type Rows = Readonly<Record<string, Row>>;

const part =
  <C extends Count>(use: Use, count: C) =>
  <const Field extends string, T>(field: Field, place: Place<T>): OperandPart<Field, T, C> => ({
    field,
    place,
    use,
    count,
  });
export const read = part('read', 'one');
export const readAll = part('read', 'many');
export const define = part('define', 'one');
export const defineOptional = part('define', 'optional');
/** Neither: rule V1 does not look at it. */
export const name = part('name', 'one');

export const nested = <const Field extends string>(field: Field, label?: string): NestedPart<Field, 'one'> =>
  label === undefined ? { field, count: 'one' } : { field, count: 'one', label };
export const nestedOptional = <const Field extends string>(field: Field): NestedPart<Field, 'optional'> => ({
  field,
  count: 'optional',
});

/** A row without nested instructions. */
export const leaf = <const Forms extends Row['forms']>(forms: Forms) =>
  ({ forms, nested: [], tail: 'nothing' }) as const;

type FieldsOf<P, B extends Box> = {
  readonly [
    F in Extract<P, { count: 'one' }> as F extends { field: infer N extends string } ? N : never
  ]: TypeOf<F, B>;
} & {
  readonly [
    F in Extract<P, { count: 'many' }> as F extends { field: infer N extends string } ? N : never
  ]: readonly TypeOf<F, B>[];
} & {
  readonly [
    F in Extract<P, { count: 'optional' }> as F extends { field: infer N extends string } ? N : never
  ]?: TypeOf<F, B>;
};
/** The type of one node of a part: that of its place, or an instruction. */
type TypeOf<P, B extends Box> = P extends OperandPart<string, infer T> ? T : B['instruction'];

type KindsOfRow<R> = R extends { forms: infer F } ? keyof F & string : never;
/** The kinds of node that a table has. */
export type KindIn<T extends Rows> = { [K in keyof T]: KindsOfRow<T[K]> }[keyof T];
type RowWith<T extends Rows, Kind> = {
  [K in keyof T]: Kind extends keyof T[K]['forms'] ? T[K] : never;
}[keyof T];

/** Holds the type of any instruction. In a box, since that type is made of nodes itself. */
export interface Box {
  readonly instruction: unknown;
}

/** The node of one kind. */
export type NodeIn<T extends Rows, Kind extends string, B extends Box> = Span & {
  readonly kind: Kind;
  readonly index: number;
} & FieldsOf<RowWith<T, Kind>['forms'][Kind][number], B> &
  FieldsOf<RowWith<T, Kind>['nested'][number], B>;
