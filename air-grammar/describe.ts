import { assertNever } from '../base/assert.ts';
import type { Fail, Instruction, Iterable, MapKey, PeerOperand, Value } from './ast.ts';
import { lensText } from './lens-text.ts';

/**
 * One line of text for an instruction, without its nested ones. Scripts see it in error objects, so it is exact to the letter, the
 * blank at the end of a call without output included.
 */
export function describeInstruction(instruction: Instruction): string {
  switch (instruction.kind) {
    case 'call': {
      const { peer, service, functionName, output } = instruction;
      const args = instruction.arguments.map(operandText).join(' ');
      return `call ${operandText(peer)} (${operandText(service)} ${operandText(functionName)}) [${args}] ${output?.name ?? ''}`;
    }
    case 'canon':
    case 'canonMap':
    case 'canonMapScalar':
      return `canon ${operandText(instruction.peer)} ${instruction.source.name} ${instruction.target.name}`;
    case 'ap':
      return `ap ${operandText(instruction.value)} ${instruction.target.name}`;
    case 'apMap':
      return `ap (${operandText(instruction.key)} ${operandText(instruction.value)}) ${instruction.target.name}`;
    case 'match':
    case 'mismatch':
      return `${instruction.kind} ${operandText(instruction.left)} ${operandText(instruction.right)}`;
    case 'fold':
      return `fold ${operandText(instruction.iterable)} ${instruction.iterator.name}`;
    case 'next':
      return `next ${instruction.iterator.name}`;
    case 'new':
      return `new ${instruction.variable.name}`;
    case 'fail':
      return `fail ${failText(instruction.operand)}`;
    case 'seq':
    case 'par':
    case 'xor':
    case 'never':
    case 'null':
      return instruction.kind;
    default:
      return assertNever(instruction, 'instruction');
  }
}

export function failText(operand: Fail['operand']): string {
  return operand.kind === 'failure' ? `${operand.code} "${operand.message}"` : operandText(operand);
}

export function operandText(operand: Value | PeerOperand | Iterable | MapKey): string {
  switch (operand.kind) {
    case 'string':
      return `"${operand.value}"`;
    case 'integer':
    case 'boolean':
      return String(operand.value);
    case 'float':
      return plainDecimal(operand.value);
    case 'emptyArray':
      return '[]';
    case 'initPeerId':
      return '%init_peer_id%';
    case 'timestamp':
      return '%timestamp%';
    case 'ttl':
      return '%ttl%';
    case 'lastError':
      return `%last_error%${operand.lens ? lensText(operand.lens) : ''}`;
    case 'error':
      return `:error:${operand.lens ? lensText(operand.lens) : ''}`;
    case 'stream':
    case 'streamMap':
      return operand.name;
    default:
      return operand.name + ('lens' in operand && operand.lens ? lensText(operand.lens) : '');
  }
}

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
