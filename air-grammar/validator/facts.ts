import type {
  Fail,
  Fold,
  Instruction,
  Iterable,
  MapKey,
  New,
  Next,
  PeerOperand,
  Script,
  Value,
} from '../ast.ts';
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

/** Takes instructions one by one, those nested in one before it. */
export class FactCollector implements Facts {
  readonly instructions: Instruction[] = [];
  readonly folds: Fold[] = [];
  readonly nexts: Next[] = [];
  readonly news: New[] = [];
  readonly fails: Fail[] = [];

  add(instruction: Instruction): void {
    this.instructions.push(instruction);
    switch (instruction.kind) {
      case 'fold':
        this.folds.push(instruction);
        return;
      case 'next':
        this.nexts.push(instruction);
        return;
      case 'new':
        this.news.push(instruction);
        return;
      case 'fail':
        this.fails.push(instruction);
        return;
      default:
    }
  }
}

export function collectFacts({ root }: Script): Facts {
  const facts = new FactCollector();
  walk(root, { leave: instruction => facts.add(instruction) });
  return facts;
}

type Operand = Value | PeerOperand | Iterable | MapKey;

/** The names that must be defined where this instruction stands. Canon, fail and the value of a map are not asked. */
export function forEachRead(instruction: Instruction, report: (name: string) => void): void {
  switch (instruction.kind) {
    case 'call':
      reportNames(instruction.peer, report);
      reportNames(instruction.service, report);
      reportNames(instruction.functionName, report);
      for (const argument of instruction.arguments) reportNames(argument, report);
      return;
    case 'ap':
      return reportNames(instruction.value, report);
    case 'apMap':
      return reportNames(instruction.key, report);
    case 'match':
    case 'mismatch':
      reportNames(instruction.left, report);
      return reportNames(instruction.right, report);
    case 'fold':
      return reportNames(instruction.iterable, report);
    default:
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

/** The scalars that a lens of an error register takes its steps from are not asked either. */
function reportNames(operand: Operand, report: (name: string) => void): void {
  if (!('name' in operand)) return;
  report(operand.name);
  if (!('lens' in operand) || operand.lens?.kind !== 'path') return;
  for (const step of operand.lens.accessors) if (step.kind === 'byScalar') report(step.name);
}
