import { RunError } from '../errors.ts';

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
  readonly #cells = new Map<string, Cell<T> | undefined>();
  readonly #visible: boolean[] = [true];
  /** Names written at each depth, so that leaving it touches no others. */
  readonly #writtenAt: (string[] | undefined)[] = [];
  #depth = 0;

  enterFold(): void {
    this.#depth += 1;
    this.#visible[this.#depth] = true;
  }

  leaveFold(): void {
    this.#leaveDepth();
  }

  /** `next`: the iteration around goes out of sight until the nested one has ended. */
  enterNext(): void {
    this.#visible[this.#depth] = false;
    this.enterFold();
  }

  leaveNext(): void {
    this.#leaveDepth();
    this.#visible[this.#depth] = true;
  }

  read(name: string): T | typeof UNSET | undefined {
    const top = this.#cells.get(name);
    return top !== undefined && this.#visible[top.depth] === true ? top.value : undefined;
  }

  /** At global depth a name is written once; inside folds it may be rewritten. */
  isWritable(name: string): boolean {
    const top = this.#cells.get(name);
    return top === undefined || this.#depth !== 0 || top.value === UNSET;
  }

  /** @throws {RunError} 20007 if the name may not be written here. */
  write(name: string, value: T): void {
    if (!this.isWritable(name)) throw shadowing(name);
    const top = this.#cells.get(name);
    if (top?.depth === this.#depth) top.value = value;
    else this.#push(name, value);
  }

  openNew(name: string): void {
    this.#push(name, UNSET);
  }

  closeNew(name: string): void {
    const top = this.#cells.get(name);
    this.#cells.set(name, top?.below);
    if (top?.depth !== this.#depth) {
      throw new RunError(
        'scopeCorrupted',
        `new end block tries to pop up a variable '${name}' that wasn't defined at depth ${this.#depth}`,
      );
    }
  }

  #push(name: string, value: T | typeof UNSET): void {
    this.#cells.set(name, { depth: this.#depth, value, below: this.#cells.get(name) });
    if (this.#depth > 0) (this.#writtenAt[this.#depth] ??= []).push(name);
  }

  #leaveDepth(): void {
    const left = this.#depth;
    this.#visible[left] = false;
    for (const name of this.#writtenAt[left] ?? []) {
      const top = this.#cells.get(name);
      if (top?.depth === left) this.#cells.set(name, top.below);
    }
    this.#writtenAt[left] = undefined;
    this.#depth -= 1;
  }
}

export function shadowing(name: string): RunError {
  return new RunError(
    'shadowingNotAllowed',
    `trying to shadow variable '${name}', but shadowing is allowed only inside fold blocks`,
  );
}
