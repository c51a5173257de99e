import type { Form } from '../form.ts';
import type { Language } from '../language.ts';

/** Numbers per instruction in {@link InstructionTable.places}. */
const PER_INSTRUCTION = 3;

/**
 * A script as flat arrays: for each instruction, in the order of the text, its form and where it stands. Nodes are made from it when
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
  readonly #forms: Uint8Array;
  readonly #places: Int32Array;

  constructor(draft: Draft, text: string, language: Language, readsDefined: boolean) {
    this.text = text;
    this.language = language;
    this.size = draft.size;
    this.readsDefined = readsDefined;
    this.noted = draft.noted;
    [this.#forms, this.#places] = draft.arrays();
  }

  formAt(index: number): Form {
    return this.language.forms[this.#forms[index] as number] as Form;
  }

  startAt(index: number): number {
    return this.#places[PER_INSTRUCTION * index] as number;
  }

  endAt(index: number): number {
    return this.#places[PER_INSTRUCTION * index + 1] as number;
  }

  /** The index of the first instruction that is neither this one nor nested in it. */
  after(index: number): number {
    return this.#places[PER_INSTRUCTION * index + 2] as number;
  }

  /** The index of an instruction nested in another one, by its position there. */
  nestedIn(index: number, position: number): number | undefined {
    const end = this.after(index);
    let nested = index + 1;
    for (let i = 0; i < position && nested < end; i++) nested = this.after(nested);
    return nested < end ? nested : undefined;
  }
}

/** Instructions that fit arrays which serve one script after the other. */
const REUSED_MAX = 64 * 1024;
let forms = new Uint8Array(1024);
let places = new Int32Array(PER_INSTRUCTION * 1024);

/** The arrays while they are filled. */
export class Draft {
  size = 0;
  readonly noted: number[] = [];
  /** The instruction around the next one; −1 for none. */
  parent = -1;

  /** An instruction begins; gives its index. Until it ends, its place holds the number of instructions in it, and its parent. */
  begin(start: number): number {
    const index = this.size++;
    if (index === forms.length) grow();
    const at = PER_INSTRUCTION * index;
    places[at] = start;
    places[at + 1] = 0;
    places[at + 2] = this.parent;
    return index;
  }

  setForm(index: number, form: number): void {
    forms[index] = form;
  }

  formOf(index: number): number {
    return forms[index] as number;
  }

  /** Counts one more instruction nested in this one; gives how many there were before. */
  countNested(index: number): number {
    const at = PER_INSTRUCTION * index + 1;
    const before = places[at] as number;
    places[at] = before + 1;
    return before;
  }

  nestedCount(index: number): number {
    return places[PER_INSTRUCTION * index + 1] as number;
  }

  end(index: number, end: number): void {
    const at = PER_INSTRUCTION * index;
    this.parent = places[at + 2] as number;
    places[at + 1] = end;
    places[at + 2] = this.size;
  }

  arrays(): [forms: Uint8Array, places: Int32Array] {
    return [forms.slice(0, this.size), places.slice(0, PER_INSTRUCTION * this.size)];
  }

  /** Call it at the end, also after a failure. */
  close(): void {
    if (forms.length <= REUSED_MAX) return;
    forms = new Uint8Array(1024);
    places = new Int32Array(PER_INSTRUCTION * 1024);
  }
}

function grow(): void {
  const [smallForms, smallPlaces] = [forms, places];
  forms = new Uint8Array(2 * smallForms.length);
  places = new Int32Array(2 * smallPlaces.length);
  forms.set(smallForms);
  places.set(smallPlaces);
}
