import type { Instruction, Script } from '../ast.ts';
import { AIR } from '../language.ts';
import { forEachOperand } from '../operands.ts';
import { Scopes } from '../origins/scopes.ts';
import { walk } from '../visitor.ts';

/** Where a variable of a script is defined and read. Names inside of lenses are read, too. */
export interface VariableUses {
  readonly name: string;
  readonly definedBy: readonly Instruction[];
  readonly readBy: readonly Instruction[];
}

interface Uses extends VariableUses {
  readonly definedBy: Instruction[];
  readonly readBy: Instruction[];
}

/** All variables, those of different scopes apart, in the order in which the script names them. */
export class Variables {
  readonly #uses = new Map<string, Uses>();
  readonly #reads = new Map<Instruction, VariableUses[]>();
  readonly #defined = new Map<Instruction, VariableUses>();
  readonly #scopes: Scopes;

  constructor({ root }: Script) {
    this.#scopes = new Scopes(root);
    walk(root, { enter: instruction => this.#enter(instruction) });
  }

  get all(): Iterable<VariableUses> {
    return this.#uses.values();
  }

  /** What an instruction reads, each variable once. */
  readIn(instruction: Instruction): readonly VariableUses[] {
    return this.#reads.get(instruction) ?? [];
  }

  /** The variable that an instruction defines. */
  definedIn(instruction: Instruction): VariableUses | undefined {
    return this.#defined.get(instruction);
  }

  #enter(instruction: Instruction): void {
    forEachOperand(instruction, AIR, (part, operand) => {
      const { name, lens } = operand;
      if (lens?.kind === 'path')
        for (const accessor of lens.accessors)
          if (accessor.kind === 'byScalar') this.#read(instruction, accessor.name);
      if (name === undefined) return;
      if (instruction.kind === 'new') return;
      if (part.use === 'define') this.#define(instruction, name);
      // The name of `next` is that of its fold.
      else if (instruction.kind !== 'next') this.#read(instruction, name);
    });
  }

  #define(instruction: Instruction, name: string): void {
    const uses = this.#usesOf(instruction, name);
    uses.definedBy.push(instruction);
    this.#defined.set(instruction, uses);
  }

  #read(instruction: Instruction, name: string): void {
    const uses = this.#usesOf(instruction, name);
    if (uses.readBy.at(-1) === instruction) return;
    uses.readBy.push(instruction);
    const reads = this.#reads.get(instruction);
    if (reads === undefined) this.#reads.set(instruction, [uses]);
    else reads.push(uses);
  }

  #usesOf(instruction: Instruction, name: string): Uses {
    const key = this.#scopes.keyOf({ name, start: instruction.start });
    let uses = this.#uses.get(key);
    if (uses === undefined) this.#uses.set(key, (uses = { name, definedBy: [], readBy: [] }));
    return uses;
  }
}
