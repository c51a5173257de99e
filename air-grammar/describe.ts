import type { Instruction, Lens } from './ast.ts';
import { invariant } from '../base/assert.ts';
import { AIR, type Language } from './language.ts';
import { lensText } from './lens-text.ts';
import { operandsAt, type Operand } from './operands.ts';
import type { Part } from './table.ts';

/**
 * One line of text for an instruction, without its nested ones. Scripts see it in error objects, so it is exact to the letter, the
 * blank at the end of a call without output included.
 *
 * @example describeInstruction(parse('(ap 1 x)').root) // 'ap 1 x'
 */
export function describeInstruction(instruction: Instruction, language: Language = AIR): string {
  return headerText(instruction, language, operandText, true);
}

/**
 * Keyword and operands of an instruction.
 *
 * @param withGaps Whether an operand that is absent leaves the blank before it.
 */
export function headerText(
  instruction: Instruction,
  language: Language,
  textOf: (operand: Operand) => string,
  withGaps: boolean,
): string {
  const { keyword, parts } = language.formOf(instruction);
  let text = keyword;
  let before: Part | undefined;
  for (const part of parts) {
    const content = typeof part === 'string' ? part : operandsAt(instruction, part).map(textOf).join(' ');
    const isAbsent = typeof part === 'object' && part.count === 'optional' && content === '';
    if (!(isAbsent && !withGaps)) text += gapBetween(before, part) + content;
    before = part;
  }
  return text;
}

const gapBetween = (before: Part | undefined, part: Part): string =>
  before === '(' || before === '[' || part === ')' || part === ']' ? '' : ' ';

export function operandText(operand: Operand): string {
  return fixedText(operand) + (operand.lens === undefined ? '' : lensText(operand.lens satisfies Lens));
}

function fixedText(operand: Operand): string {
  const text = LITERAL_TEXTS[operand.kind];
  if (text !== undefined) return text(operand as unknown as Literal);
  invariant(operand.name !== undefined, `operands of kind \`${operand.kind}\` have a text`);
  return operand.name;
}

/** What literals hold, whatever their kind. */
interface Literal {
  readonly value: string | bigint | number | boolean;
  readonly code: bigint;
  readonly message: string;
}

const LITERAL_TEXTS: Readonly<Record<string, (literal: Literal) => string>> = {
  string: ({ value }) => `"${value}"`,
  integer: ({ value }) => String(value),
  boolean: ({ value }) => String(value),
  float: ({ value }) => plainDecimal(value as number),
  emptyArray: () => '[]',
  initPeerId: () => '%init_peer_id%',
  timestamp: () => '%timestamp%',
  ttl: () => '%ttl%',
  lastError: () => '%last_error%',
  error: () => ':error:',
  failure: ({ code, message }) => `${code} "${message}"`,
};

/** Shortest digits of a float, never with an exponent, without a fraction it does not have. */
export function plainDecimal(value: number): string {
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  const [mantissa, exponent] = Math.abs(value).toExponential().split('e') as [string, string];
  const digits = mantissa.replace('.', '');
  const point = Number(exponent) + 1;
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  const whole = digits.slice(0, point).padEnd(point, '0');
  const fraction = digits.slice(point);
  return `${sign}${whole}${fraction && `.${fraction}`}`;
}
