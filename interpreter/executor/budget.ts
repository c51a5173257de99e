import { RunError } from '../errors.ts';
import type { Limits } from '../limits.ts';

/** Work of one instruction, or of looking at so many UTF-16 units of text, or at so many elements. */
const UNITS_PER_WORK = 1024;
const ELEMENTS_PER_WORK = 16;

/** What one run may still do and make. A script of a few lines can ask for more than any machine has. */
export class Budget {
  readonly #limits: Limits;
  #work: number;
  #composed = 0;
  #requests = 0;

  constructor(limits: Limits, work = 0) {
    this.#limits = limits;
    this.#work = work;
  }

  /** For another walk over the same script: the work is done, what was made is gone. */
  forNextWalk(): Budget {
    return new Budget(this.#limits, this.#work);
  }

  /** An instruction is executed. */
  instruction(): void {
    this.#spend(1);
  }

  /** A text is hashed, compared or written. */
  text(units: number): void {
    if (units >= UNITS_PER_WORK) this.#spend(units / UNITS_PER_WORK);
  }

  /** As many elements are gone through. */
  elements(count: number): void {
    if (count >= ELEMENTS_PER_WORK) this.#spend(count / ELEMENTS_PER_WORK);
  }

  /** So much is made that stays until the run ends: UTF-16 units of text. */
  compose(units: number): void {
    this.#composed += units;
    if (this.#composed > this.#limits.composedSize) {
      throw new RunError(
        'sizeLimit',
        `what the script puts together is larger than the limit allowed: ${this.#limits.composedSize} characters`,
      );
    }
  }

  /** The host is asked. */
  request(argumentUnits: number): void {
    this.#requests += 1;
    if (this.#requests > this.#limits.callRequests) {
      throw new RunError(
        'sizeLimit',
        `more than the allowed ${this.#limits.callRequests} call requests in one run`,
      );
    }
    this.compose(argumentUnits);
  }

  #spend(work: number): void {
    this.#work += work;
    if (this.#work > this.#limits.instructions) {
      throw new RunError(
        'instructionLimit',
        `more than the allowed ${this.#limits.instructions} instructions in one run`,
      );
    }
  }
}
