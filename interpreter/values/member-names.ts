import { compareUtf8 } from './canonical-json.ts';

/** The names of the members of an object, each once. Shared by objects of one shape: the pairs of all maps have one. */
export class MemberNames {
  readonly list: readonly string[];
  #before: readonly string[] | undefined;
  #order: readonly number[] | undefined;
  #units: number | undefined;

  constructor(list: readonly string[]) {
    this.list = list;
  }

  /** Places in the list, in the order of canonical JSON. */
  get order(): readonly number[] {
    const { list } = this;
    this.#order ??= [...list.keys()].sort((a, b) => compareUtf8(list[a] as string, list[b] as string));
    return this.#order;
  }

  /** What stands before each member in canonical JSON, in this order: all but its value. */
  get before(): readonly string[] {
    this.#before ??= this.order.map(
      (place, i) => `${i === 0 ? '{' : ','}${JSON.stringify(this.list[place])}:`,
    );
    return this.#before;
  }

  /** UTF-16 units of an object in canonical JSON, without the values of its members. */
  get units(): number {
    this.#units ??= Math.max(
      2,
      this.before.reduce((sum, { length }) => sum + length, 1),
    );
    return this.#units;
  }
}
