import type { FloatLiteral, Instruction } from './ast.ts';
import { headerText, operandText, plainDecimal } from './describe.ts';
import { indentation } from './indentation.ts';
import { AIR, type Language } from './language.ts';
import type { Operand } from './operands.ts';
import { walk } from './visitor.ts';

const INDENT_STEP = 2;
/** In bytes, as the language counts them. */
const FLOAT_BYTES_MAX = 11;

/**
 * The canonical text of a script: one instruction a line, two blanks a level, operands in their one spelling. Parsing it gives
 * the same tree.
 *
 * @param language The table of instructions; that of AIR if not given.
 * @example format(parse('(seq (ap  1 x)(null ))').root) // '(seq\n  (ap 1 x)\n  (null))\n'
 */
export function format(root: Instruction, language: Language = AIR): string {
  const parts: string[] = [];
  let first = true;
  walk(
    root,
    {
      enter(instruction, depth) {
        if (!first) parts.push('\n', indentation(depth, INDENT_STEP));
        first = false;
        parts.push('(', headerText(instruction, language, literalText, false));
      },
      leave() {
        parts.push(')');
      },
    },
    language,
  );
  return `${parts.join('')}\n`;
}

/** As an operand is described, but a float stays one: `1.0`, or `1234567890.` where a digit more would be too long. */
function literalText(operand: Operand): string {
  if (operand.kind !== 'float') return operandText(operand);
  const text = plainDecimal((operand as FloatLiteral).value);
  if (text.includes('.')) return text;
  return text.length + 2 <= FLOAT_BYTES_MAX ? `${text}.0` : `${text}.`;
}
