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

/** Work is counted in whole parts of a unit: a field with fractions gets a new object whenever it changes. */
const UNIT = 256;
/** A unit of text that is hashed, compared or written: 256 UTF-16 units are one unit of work. */
const TEXT = UNIT / 256;
/** Shorter values count by their text alone. */
const SHORT_VALUE = 256;
const SHORT_TEXT = UNIT / 16;
/** An element that is gone through. */
const ELEMENT = UNIT / 8;

/** What one run may still do and allocate. A script of a few lines can require more than any machine has. */
export class Budget {
  readonly #limits: Limits;
  readonly #workMax: number;
  /** In parts of a unit. */
  #work: number;
  #composed = 0;
  #requests = 0;

  constructor(limits: Limits, work = 0) {
    this.#limits = limits;
    this.#workMax = limits.instructions * UNIT;
    this.#work = work;
  }

  /** For another walk over the same script: the work is done, what was made is gone. */
  forNextWalk(): Budget {
    return new Budget(this.#limits, this.#work);
  }

  /** An instruction is executed; or so much more is done. */
  work(units = 1): void {
    this.#spend(units * UNIT);
  }

  #spend(parts: number): void {
    this.#work += parts;
    if (this.#work > this.#workMax) {
      throw new RunError(
        'instructionLimit',
        `more than the allowed ${this.#limits.instructions} instructions in one run`,
      );
    }
  }

  /** A string is hashed, compared or written. */
  text(units: number): void {
    if (units >= SHORT_VALUE) this.#spend(units * TEXT);
  }

  /** A value is hashed, copied or written. */
  value(value: Value): void {
    const { size } = value;
    this.#spend(size < SHORT_VALUE ? size * SHORT_TEXT : size * TEXT + value.weight * UNIT);
  }

  /** A text is made that may quote a value. */
  quote(text: string): void {
    if (text.length >= SHORT_VALUE) this.#spend(text.length * TEXT + structureOf(text).weight * UNIT);
  }

  /** As many items of arrays and members of objects are compared. */
  compare(items: number, members: number): void {
    this.#spend((items * ITEM_WEIGHT + members) * UNIT);
  }

  /** As many elements are gone through. */
  elements(count: number): void {
    this.#spend(count * ELEMENT);
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
