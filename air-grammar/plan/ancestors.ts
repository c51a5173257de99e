import type { Instruction } from '../ast.ts';
import { walk } from '../visitor.ts';

/** The instructions around each instruction. */
export class Ancestors {
  readonly #parents = new Map<Instruction, Instruction>();

  constructor(root: Instruction) {
    const path: Instruction[] = [];
    walk(root, {
      enter: (instruction, depth) => {
        path.length = depth;
        const parent = path[depth - 1];
        if (parent !== undefined) this.#parents.set(instruction, parent);
        path.push(instruction);
      },
    });
  }

  parentOf(instruction: Instruction): Instruction | undefined {
    return this.#parents.get(instruction);
  }

  /** From the innermost to the root. */
  *of(instruction: Instruction): Iterable<Instruction> {
    for (let at = this.parentOf(instruction); at !== undefined; at = this.parentOf(at)) yield at;
  }
}
