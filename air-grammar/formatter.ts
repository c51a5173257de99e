import type { Instruction, Value } from './ast.ts';
import { describeInstruction, failText, operandText, plainDecimal } from './describe.ts';
import { indentation } from './indentation.ts';
import { walk } from './visitor.ts';

const INDENT_STEP = 2;
/** In bytes, as the language counts them. */
const FLOAT_BYTES_MAX = 11;

/**
 * The canonical text of a script: one instruction a line, two blanks a level, operands in their one spelling. Parsing it gives
 * the same tree.
 */
export function format(root: Instruction): string {
  const parts: string[] = [];
  let first = true;
  walk(root, {
    enter(instruction, depth) {
      if (!first) parts.push('\n', indentation(depth, INDENT_STEP));
      first = false;
      parts.push('(', headerText(instruction));
    },
    leave() {
      parts.push(')');
    },
  });
  return `${parts.join('')}\n`;
}

function headerText(instruction: Instruction): string {
  switch (instruction.kind) {
    case 'call': {
      const { peer, service, functionName, output } = instruction;
      const args = instruction.arguments.map(literalText).join(' ');
      const target = output === undefined ? '' : ` ${output.name}`;
      return `call ${operandText(peer)} (${operandText(service)} ${operandText(functionName)}) [${args}]${target}`;
    }
    case 'ap':
      return `ap ${literalText(instruction.value)} ${instruction.target.name}`;
    case 'apMap':
      return `ap (${operandText(instruction.key)} ${literalText(instruction.value)}) ${instruction.target.name}`;
    case 'match':
    case 'mismatch':
      return `${instruction.kind} ${literalText(instruction.left)} ${literalText(instruction.right)}`;
    case 'fail':
      return `fail ${failText(instruction.operand)}`;
    default:
      return describeInstruction(instruction);
  }
}

/** As an operand is described, but a float stays one: `1.0`, or `1234567890.` where a digit more would be too long. */
function literalText(value: Value): string {
  if (value.kind !== 'float') return operandText(value);
  const text = plainDecimal(value.value);
  if (text.includes('.')) return text;
  return text.length + 2 <= FLOAT_BYTES_MAX ? `${text}.0` : `${text}.`;
}
