import type { Instruction } from '../ast.ts';
import { walk } from '../visitor.ts';

/** Any variable of an instruction. */
interface Named {
  readonly name: string;
  readonly start: number;
}

interface Scope {
  readonly start: number;
  readonly end: number;
}

/** Which variable a name means at its place: that of the innermost `new` of this name around it, or the one of the whole script. */
export class Scopes {
  readonly #scopes = new Map<string, Scope[]>();

  constructor(root: Instruction) {
    walk(root, {
      enter: instruction => {
        if (instruction.kind !== 'new') return;
        const { name } = instruction.variable;
        const scopes = this.#scopes.get(name) ?? [];
        scopes.push(instruction);
        this.#scopes.set(name, scopes);
      },
    });
  }

  /** The name itself, or the name and where its scope begins. */
  keyOf({ name, start }: Named): string {
    const scope = this.#scopes.get(name)?.findLast(({ start: from, end }) => from < start && start < end);
    return scope === undefined ? name : `${name} ${scope.start}`;
  }

  /** The same for a name inside of a lens. */
  keyOfName(name: string, place: number): string {
    return this.keyOf({ name, start: place });
  }
}
