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

/** What the rules look at. Instructions come after those nested in them. */
export interface Facts {
  /** All of them; listed when first asked for. */
  readonly instructions: readonly Instruction[];
  readonly folds: readonly Fold[];
  readonly nexts: readonly Next[];
  readonly news: readonly New[];
  readonly fails: readonly Fail[];
  /** Set if each name that V1 asks for is known to be defined before, in the order of the text. */
  readonly readsDefined: boolean;
}

/** Takes instructions one by one, those nested in one before it. */
export class FactCollector implements Facts {
  readonly folds: Fold[] = [];
  readonly nexts: Next[] = [];
  readonly news: New[] = [];
  readonly fails: Fail[] = [];
  readsDefined = false;
  #last: Instruction | undefined;
  #instructions: readonly Instruction[] | undefined;

  add(instruction: Instruction): void {
    this.#last = instruction;
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

  /** Most scripts get by without this list, which for a large one is itself large. */
  get instructions(): readonly Instruction[] {
    this.#instructions ??= this.#last === undefined ? [] : listOf(this.#last);
    return this.#instructions;
  }
}

function listOf(root: Instruction): Instruction[] {
  const list: Instruction[] = [];
  walk(root, { leave: instruction => list.push(instruction) });
  return list;
}

export function collectFacts({ root }: Script): Facts {
  const facts = new FactCollector();
  walk(root, { leave: instruction => facts.add(instruction) });
  return facts;
}

type Operand = Value | PeerOperand | Iterable | MapKey;

/** Is told the names that an instruction reads. */
export interface Reader {
  read(name: string, instruction: Instruction): void;
}

/** The names that must be defined where this instruction stands. Canon, fail and the value of a map are not asked. */
export function forEachRead(instruction: Instruction, reader: Reader): void {
  switch (instruction.kind) {
    case 'call':
      readOperand(instruction.peer, instruction, reader);
      readOperand(instruction.service, instruction, reader);
      readOperand(instruction.functionName, instruction, reader);
      for (const argument of instruction.arguments) readOperand(argument, instruction, reader);
      return;
    case 'ap':
      return readOperand(instruction.value, instruction, reader);
    case 'apMap':
      return readOperand(instruction.key, instruction, reader);
    case 'match':
    case 'mismatch':
      readOperand(instruction.left, instruction, reader);
      return readOperand(instruction.right, instruction, reader);
    case 'fold':
      return readOperand(instruction.iterable, instruction, reader);
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
function readOperand(operand: Operand, instruction: Instruction, reader: Reader): void {
  if (!('name' in operand)) return;
  reader.read(operand.name, instruction);
  if (!('lens' in operand) || operand.lens?.kind !== 'path') return;
  for (const step of operand.lens.accessors)
    if (step.kind === 'byScalar') reader.read(step.name, instruction);
}
