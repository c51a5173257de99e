import type { Instruction, Lens } from './ast.ts';
import type { Language } from './language.ts';
import type { OperandPart } from './table.ts';

/** Any operand, as walks see it that know of it only from the table. */
export interface Operand {
  readonly kind: string;
  readonly name?: string;
  readonly lens?: Lens;
}

/** An operand with its part in the table. */
export interface Placed {
  readonly part: OperandPart;
  readonly operand: Operand;
}

/** The operands of an instruction in the order of the text. */
export function operandsOf(instruction: Instruction, language: Language): Placed[] {
  return language
    .formOf(instruction)
    .operands.flatMap(part => operandsAt(instruction, part).map(operand => ({ part, operand })));
}

/** The operands at one part of an instruction: one, some, or none. */
export function operandsAt(instruction: Instruction, { field, count }: OperandPart): readonly Operand[] {
  const value = (instruction as unknown as Readonly<Record<string, unknown>>)[field];
  if (count === 'many') return value as readonly Operand[];
  return value === undefined ? [] : [value as Operand];
}
