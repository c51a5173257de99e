/** What can forget the variables of a scope. */
interface Scoped {
  /** The newest cell of the name goes, if it was written at this depth. */
  forget(name: string, depth: number): void;
}

/**
 * The scopes of folds in progress: each iteration has a depth of its own. Shared by variables of all kinds, since entering and leaving
 * an iteration is most of what a short fold does.
 */
export class Scopes {
  readonly #visible: boolean[] = [true];
  /** What was written at each depth, so that leaving it touches nothing else: variables and name in turn. */
  readonly #writtenAt: ((Scoped | string)[] | undefined)[] = [];
  #depth = 0;

  get depth(): number {
    return this.#depth;
  }

  isVisible(depth: number): boolean {
    return this.#visible[depth] === true;
  }

  /** A name is written at the running depth. */
  written(variables: Scoped, name: string): void {
    if (this.#depth > 0) (this.#writtenAt[this.#depth] ??= []).push(variables, name);
  }

  enterFold(): void {
    this.#depth += 1;
    this.#visible[this.#depth] = true;
  }

  leaveFold(): void {
    const left = this.#depth;
    this.#visible[left] = false;
    const written = this.#writtenAt[left];
    if (written !== undefined) {
      for (let i = 0; i < written.length; i += 2)
        (written[i] as Scoped).forget(written[i + 1] as string, left);
      this.#writtenAt[left] = undefined;
    }
    this.#depth -= 1;
  }

  /** `next`: the iteration around goes out of sight until the nested one has ended. */
  enterNext(): void {
    this.#visible[this.#depth] = false;
    this.enterFold();
  }

  leaveNext(): void {
    this.leaveFold();
    this.#visible[this.#depth] = true;
  }
}
