import { RunError } from '../errors.ts';
import type { Scopes } from './scopes.ts';

/** A variable that `new` has cleared and nothing has set since. */
export const UNSET = Symbol('unset');

interface Cell<T> {
  readonly depth: number;
  value: T | typeof UNSET;
  /** What it hides. */
  readonly below: Cell<T> | undefined;
}

/**
 * Variables of one kind (scalars, canon streams, canon maps) with the scopes of folds and `new`.
 *
 * Each iteration of a fold has a depth of its own. A name is a stack of cells; only its top cell counts, and only while its
 * depth is visible: iterations around the running one are not, so a value written in iteration 1 hides an outer one from
 * iteration 2, and is not seen there either. Scripts in use rely on that.
 */
export class Variables<T> {
  readonly #scopes: Scopes;
  /** Made at the first write: most scripts have no canons. */
  #cells: Map<string, Cell<T> | undefined> | undefined;

  constructor(scopes: Scopes) {
    this.#scopes = scopes;
  }

  read(name: string): T | typeof UNSET | undefined {
    const top = this.#cells?.get(name);
    return top !== undefined && this.#scopes.isVisible(top.depth) ? top.value : undefined;
  }

  /** At global depth a name is written once; inside folds it may be rewritten. */
  isWritable(name: string): boolean {
    const top = this.#cells?.get(name);
    return top === undefined || this.#scopes.depth !== 0 || top.value === UNSET;
  }

  /** @throws {RunError} 20007 if the name may not be written here. */
  write(name: string, value: T): void {
    if (!this.isWritable(name)) throw shadowing(name);
    const top = this.#cells?.get(name);
    if (top?.depth === this.#scopes.depth) top.value = value;
    else this.#push(name, value);
  }

  openNew(name: string): void {
    this.#push(name, UNSET);
  }

  closeNew(name: string): void {
    const top = this.#cells?.get(name);
    const { depth } = this.#scopes;
    this.#cells?.set(name, top?.below);
    if (top?.depth !== depth) {
      throw new RunError(
        'scopeCorrupted',
        `new end block tries to pop up a variable '${name}' that wasn't defined at depth ${depth}`,
      );
    }
  }

  /** The iteration of this depth ends. */
  forget(name: string, depth: number): void {
    const top = this.#cells?.get(name);
    if (top?.depth === depth) this.#cells?.set(name, top.below);
  }

  #push(name: string, value: T | typeof UNSET): void {
    this.#cells ??= new Map();
    this.#cells.set(name, { depth: this.#scopes.depth, value, below: this.#cells.get(name) });
    this.#scopes.written(this, name);
  }
}

export function shadowing(name: string): RunError {
  return new RunError(
    'shadowingNotAllowed',
    `trying to shadow variable '${name}', but shadowing is allowed only inside fold blocks`,
  );
}
