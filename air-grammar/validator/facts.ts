import type { Fail, Fold, Instruction, InstructionKind, New, Next } from '../ast.ts';
import type { Language } from '../language.ts';
import { forEachOperand, type Operand } from '../operands.ts';
import type { InstructionTable } from '../reader/instruction-table.ts';
import { walk } from '../visitor.ts';

/** A variable name that an instruction reads or defines. */
export interface Mention {
  readonly name: string;
  readonly instruction: Instruction;
}

/** The kinds of instruction that rules look at one by one. */
const NOTED_KINDS = ['fold', 'next', 'new', 'fail'] as const satisfies readonly InstructionKind[];
export const NOTED: ReadonlySet<string> = new Set(NOTED_KINDS);

/** What the rules look at. Instructions come after those nested in them. */
export class Facts {
  readonly language: Language;
  /** Set if each name that V1 checks is known to be defined before, in the order of the text. */
  readonly readsDefined: boolean;
  readonly folds: Fold[] = [];
  readonly nexts: Next[] = [];
  readonly news: New[] = [];
  readonly fails: Fail[] = [];
  readonly #root: Instruction;
  #instructions: readonly Instruction[] | undefined;

  /** @param noted The instructions of noted kinds. */
  constructor(root: Instruction, noted: readonly Instruction[], language: Language, readsDefined: boolean) {
    this.#root = root;
    this.language = language;
    this.readsDefined = readsDefined;
    for (const instruction of noted) this.#note(instruction);
  }

  /** All instructions, listed when first needed: most scripts are judged without. */
  get instructions(): readonly Instruction[] {
    this.#instructions ??= listOf(this.#root, this.language);
    return this.#instructions;
  }

  #note(instruction: Instruction): void {
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

/** Facts of a tree, by a walk. */
export function factsOfTree(root: Instruction, language: Language): Facts {
  return new Facts(root, listOf(root, language), language, false);
}

/** Facts of a table. @param nodeAt Gives the node of an instruction by its index. */
export function factsOfTable(table: InstructionTable, nodeAt: (index: number) => Instruction): Facts {
  return new Facts(nodeAt(0), table.noted.map(nodeAt), table.language, table.readsDefined);
}

function listOf(root: Instruction, language: Language): Instruction[] {
  const list: Instruction[] = [];
  walk(root, { leave: instruction => list.push(instruction) }, language);
  return list;
}

/** Calls `read` with each name that must be defined where this instruction stands. */
export function forEachRead(
  instruction: Instruction,
  language: Language,
  read: (name: string) => void,
): void {
  forEachOperand(instruction, language, ({ use }, operand) => {
    if (use === 'read') readOperand(operand, read);
  });
}

/** The scalars that a lens of an error register takes its steps from need not be defined either. */
function readOperand({ name, lens }: Operand, read: (name: string) => void): void {
  if (name === undefined) return;
  read(name);
  if (lens?.kind !== 'path') return;
  for (const step of lens.accessors) if (step.kind === 'byScalar') read(step.name);
}

/** Calls `define` with each name that an instruction defines. */
export function forEachDefined(
  instruction: Instruction,
  language: Language,
  define: (name: string) => void,
): void {
  forEachOperand(instruction, language, ({ use }, { name }) => {
    if (use === 'define' && name !== undefined) define(name);
  });
}
