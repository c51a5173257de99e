import { RunError } from '../errors.ts';
import type { Limits } from '../limits.ts';
import { ITEM_WEIGHT, structureOf } from '../values/structure.ts';
import type { Value } from '../values/value.ts';

/**
 * Work beside the instruction itself, which counts 1. One unit takes half a microsecond at most on an ordinary core: measured for the
 * worst scripts known (test/fuzz/cost.test.ts), so that the limit on the work of a run limits its time and memory.
 */
export const WORK = {
  /** Of any outcome: its record is looked for, held against the call or made, and signed. */
  call: 15,
  argument: 2,
  canon: 10,
  canonElement: 1,
  /** An object around the key and the value. */
  pair: 5,
  /** A state, and an item of a stream. */
  put: 6,
  fold: 2,
  error: 3,
} as const;

/** UTF-16 units of text that are hashed, compared or written for one unit of work. */
const TEXT = 256;
/** Shorter values count by their text alone. */
const SHORT_VALUE = 256;
const SHORT_TEXT = 16;
/** Elements that are gone through for one unit of work. */
const ELEMENTS = 8;

/** What one run may still do and allocate. A script of a few lines can require more than any machine has. */
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

  /** An instruction is executed; or so much more is done. */
  work(units = 1): void {
    this.#work += units;
    if (this.#work > this.#limits.instructions) {
      throw new RunError(
        'instructionLimit',
        `more than the allowed ${this.#limits.instructions} instructions in one run`,
      );
    }
  }

  /** A string is hashed, compared or written. */
  text(units: number): void {
    if (units >= TEXT) this.work(units / TEXT);
  }

  /** A value is hashed, copied or written. */
  value(value: Value): void {
    const { size } = value;
    this.work(size < SHORT_VALUE ? size / SHORT_TEXT : size / TEXT + value.weight);
  }

  /** A text is made that may quote a value. */
  quote(text: string): void {
    if (text.length >= SHORT_VALUE) this.work(text.length / TEXT + structureOf(text).weight);
  }

  /** As many items of arrays and members of objects are compared. */
  compare(items: number, members: number): void {
    this.work(items * ITEM_WEIGHT + members);
  }

  /** As many elements are gone through. */
  elements(count: number): void {
    this.work(count / ELEMENTS);
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

  /** A call request to the host. */
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
}
