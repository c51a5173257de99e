import type { Instruction, Lens } from './ast.ts';
import type { Language } from './language.ts';
import type { OperandPart } from './table.ts';

/** Any operand, as generic walks see it. */
export interface Operand {
  readonly kind: string;
  readonly name?: string;
  readonly lens?: Lens;
}

/** Calls `visit` with each operand of an instruction, in the order of the text, and with its part in the table. */
export function forEachOperand(
  instruction: Instruction,
  language: Language,
  visit: (part: OperandPart, operand: Operand) => void,
): void {
  for (const part of language.formOf(instruction).operands)
    for (const operand of operandsAt(instruction, part)) visit(part, operand);
}

/** The operands at one part of an instruction: one, some, or none. */
export function operandsAt(instruction: Instruction, { field, count }: OperandPart): readonly Operand[] {
  const value = (instruction as unknown as Readonly<Record<string, unknown>>)[field];
  if (count === 'many') return value as readonly Operand[];
  return value === undefined ? [] : [value as Operand];
}
