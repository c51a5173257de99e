import type { Form } from '../form.ts';
import type { Language } from '../language.ts';

/** Numbers per instruction in {@link InstructionTable.places}. */
const PER_INSTRUCTION = 4;
const START = 0;
const END = 1;
const AFTER = 2;
const FORM = 3;

/**
 * A script as a flat array: for each instruction, in the order of the text, its form and where it stands. Nodes are made from it when
 * they are looked at.
 */
export class InstructionTable {
  readonly text: string;
  readonly language: Language;
  readonly size: number;
  /** Whether each name that is read was defined before: rule V1 then finds nothing. */
  readonly readsDefined: boolean;
  /** The instructions that rules look at, each after those nested in it. */
  readonly noted: readonly number[];
  readonly #places: Int32Array;

  constructor(draft: Draft, text: string, language: Language, readsDefined: boolean) {
    this.text = text;
    this.language = language;
    this.size = draft.size;
    this.readsDefined = readsDefined;
    this.noted = draft.noted;
    this.#places = draft.places();
  }

  formAt(index: number): Form {
    return this.language.forms[this.#places[PER_INSTRUCTION * index + FORM] as number] as Form;
  }

  startAt(index: number): number {
    return this.#places[PER_INSTRUCTION * index + START] as number;
  }

  endAt(index: number): number {
    return this.#places[PER_INSTRUCTION * index + END] as number;
  }

  /** The index of the first instruction that is neither this one nor nested in it. */
  after(index: number): number {
    return this.#places[PER_INSTRUCTION * index + AFTER] as number;
  }

  /** The index of an instruction nested in another one, by its position there. */
  nestedIn(index: number, position: number): number | undefined {
    const end = this.after(index);
    let nested = index + 1;
    for (let i = 0; i < position && nested < end; i++) nested = this.after(nested);
    return nested < end ? nested : undefined;
  }
}

/** Instructions that fit an array which serves one script after the other. */
const REUSED_MAX = 64 * 1024;
let places = new Int32Array(PER_INSTRUCTION * 1024);

/** The array while it is filled. */
export class Draft {
  size = 0;
  readonly noted: number[] = [];
  /** The instruction around the next one; −1 for none. */
  parent = -1;

  /** An instruction begins; gives its index. Until it ends, its place holds the number of instructions in it, and its parent. */
  begin(start: number): number {
    const index = this.size++;
    const at = PER_INSTRUCTION * index;
    if (at === places.length) grow();
    places[at + START] = start;
    places[at + END] = 0;
    places[at + AFTER] = this.parent;
    return index;
  }

  setForm(index: number, form: number): void {
    places[PER_INSTRUCTION * index + FORM] = form;
  }

  formOf(index: number): number {
    return places[PER_INSTRUCTION * index + FORM] as number;
  }

  /** Counts one more instruction nested in this one; gives how many there were before. */
  countNested(index: number): number {
    const at = PER_INSTRUCTION * index + END;
    const before = places[at] as number;
    places[at] = before + 1;
    return before;
  }

  nestedCount(index: number): number {
    return places[PER_INSTRUCTION * index + END] as number;
  }

  end(index: number, end: number): void {
    const at = PER_INSTRUCTION * index;
    this.parent = places[at + AFTER] as number;
    places[at + END] = end;
    places[at + AFTER] = this.size;
  }

  places(): Int32Array {
    return places.slice(0, PER_INSTRUCTION * this.size);
  }

  /** Call it at the end, also after a failure. */
  close(): void {
    if (places.length <= PER_INSTRUCTION * REUSED_MAX) return;
    places = new Int32Array(PER_INSTRUCTION * 1024);
  }
}

function grow(): void {
  const small = places;
  places = new Int32Array(2 * small.length);
  places.set(small);
}
