import { assertNever } from '../../base/assert.ts';
import type { Fail, Fold, Instruction, Iterable, Lens, MapKey, New, Next, PeerOperand, Script, Value } from '../ast.ts';
import { walk } from '../visitor.ts';

/** A variable name that an instruction reads or defines. */
export interface Mention {
  readonly name: string;
  readonly instruction: Instruction;
}

/** What the rules look at, collected in one walk. Instructions come after those nested in them. */
export interface Facts {
  readonly instructions: readonly Instruction[];
  readonly folds: readonly Fold[];
  readonly nexts: readonly Next[];
  readonly news: readonly New[];
  readonly fails: readonly Fail[];
}

export function collectFacts({ root }: Script): Facts {
  const instructions: Instruction[] = [];
  const folds: Fold[] = [];
  const nexts: Next[] = [];
  const news: New[] = [];
  const fails: Fail[] = [];
  walk(root, {
    leave(instruction) {
      instructions.push(instruction);
      if (instruction.kind === 'fold') folds.push(instruction);
      if (instruction.kind === 'next') nexts.push(instruction);
      if (instruction.kind === 'new') news.push(instruction);
      if (instruction.kind === 'fail') fails.push(instruction);
    },
  });
  return { instructions, folds, nexts, news, fails };
}

type Operand = Value | PeerOperand | Iterable | MapKey;

/** The names that must be defined where this instruction stands. Canon, fail and the value of a map are not asked. */
export function namesRead(instruction: Instruction): string[] {
  switch (instruction.kind) {
    case 'call':
      return namesIn([instruction.peer, instruction.service, instruction.functionName, ...instruction.arguments]);
    case 'ap':
      return namesIn([instruction.value]);
    case 'apMap':
      return namesIn([instruction.key]);
    case 'match':
    case 'mismatch':
      return namesIn([instruction.left, instruction.right]);
    case 'fold':
      return namesIn([instruction.iterable]);
    default:
      return [];
  }
}

export function nameDefined(instruction: Instruction): string | undefined {
  switch (instruction.kind) {
    case 'call':
      return instruction.output?.name;
    case 'canon':
    case 'canonMap':
    case 'canonMapScalar':
    case 'ap':
    case 'apMap':
      return instruction.target.name;
    case 'fold':
      return instruction.iterator.name;
    case 'new':
      return instruction.variable.name;
    default:
      return undefined;
  }
}

function namesIn(operands: readonly Operand[]): string[] {
  return operands.flatMap(operand => {
    switch (operand.kind) {
      case 'scalar':
      case 'canon':
      case 'canonMap':
        return [operand.name, ...('lens' in operand && operand.lens ? lensNames(operand.lens) : [])];
      case 'stream':
      case 'streamMap':
        return [operand.name];
      case 'string':
      case 'integer':
      case 'float':
      case 'boolean':
      case 'emptyArray':
      case 'initPeerId':
      case 'timestamp':
      case 'ttl':
      case 'lastError':
      case 'error':
        return [];
      default:
        return assertNever(operand, 'operand');
    }
  });
}

const lensNames = (lens: Lens): string[] =>
  lens.kind === 'path' ? lens.accessors.flatMap(step => (step.kind === 'byScalar' ? [step.name] : [])) : [];
