import type { FloatLiteral, Instruction } from './ast.ts';
import { commentsIn, type Comment } from './comments.ts';
import { headerText, operandText, plainDecimal } from './describe.ts';
import { indentation } from './indentation.ts';
import { AIR, type Language } from './language.ts';
import type { Operand } from './operands.ts';
import { parseUnchecked } from './parse.ts';
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
export const format = (root: Instruction, language: Language = AIR): string => formatWith(root, [], language);

/**
 * As {@link format}, for the text of a script that need not pass validation, with its comments: each stands on a line of its own, before
 * the instruction that follows it.
 *
 * @throws {AirError} If the text is not a script.
 * @example formatText('(seq (ap 1 x) ; one\n(null))') // '(seq\n  (ap 1 x)\n  ; one\n  (null))\n'
 */
export const formatText = (text: string): string =>
  formatWith(parseUnchecked(text).root, commentsIn(text), AIR);

function formatWith(root: Instruction, comments: readonly Comment[], language: Language): string {
  const parts: string[] = [];
  let first = true;
  let comment = 0;
  walk(
    root,
    {
      enter(instruction, depth) {
        const indent = indentation(depth, INDENT_STEP);
        for (; (comments[comment]?.start ?? Infinity) < instruction.start; comment++) {
          parts.push(
            first ? '' : '\n',
            first ? '' : indent,
            comments[comment]?.text ?? '',
            first ? '\n' : '',
          );
        }
        if (!first) parts.push('\n', indent);
        first = false;
        parts.push('(', headerText(instruction, language, literalText, false));
      },
      leave() {
        parts.push(')');
      },
    },
    language,
  );
  const rest = comments.slice(comment).map(({ text }) => `\n${text}`);
  return `${parts.join('')}${rest.join('')}\n`;
}

/** As an operand is described, but a float stays one: `1.0`, or `1234567890.` where a digit more would be too long. */
function literalText(operand: Operand): string {
  if (operand.kind !== 'float') return operandText(operand);
  const text = plainDecimal((operand as FloatLiteral).value);
  if (text.includes('.')) return text;
  return text.length + 2 <= FLOAT_BYTES_MAX ? `${text}.0` : `${text}.`;
}
