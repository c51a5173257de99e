import type { NestedPart, OperandPart, Part, Row, Rows } from './table.ts';

/** One kind of node, prepared for readers and walks. */
export interface Form {
  /** Its place among all forms of the language. */
  readonly number: number;
  readonly kind: string;
  readonly keyword: string;
  readonly row: Row;
  readonly parts: readonly Part[];
  readonly operands: readonly OperandPart[];
  readonly nested: readonly NestedPart[];
  /** How many instructions must be nested in it; `nested` says how many may be. */
  readonly required: number;
}

export const isOperand = (part: Part): part is OperandPart => typeof part === 'object';

export function formsOf(rows: Rows): Form[] {
  let number = 0;
  return Object.entries(rows).flatMap(([keyword, row]) =>
    Object.entries(row.forms).map(([kind, parts]) => ({
      number: number++,
      kind,
      keyword,
      row,
      parts,
      operands: parts.filter(isOperand),
      nested: row.nested,
      required: row.nested.filter(({ count }) => count === 'one').length,
    })),
  );
}
