type NumberArray = Float64Array | Uint32Array | Uint8Array;

/** A list of numbers that grows, without an object for each. */
export class NumberList {
  #items: NumberArray;
  #size = 0;
  readonly #make: new (size: number) => NumberArray;

  constructor(make: new (size: number) => NumberArray) {
    this.#make = make;
    this.#items = new make(64);
  }

  get size(): number {
    return this.#size;
  }

  at(index: number): number {
    return this.#items[index] as number;
  }

  set(index: number, value: number): void {
    this.#items[index] = value;
  }

  push(value: number): void {
    if (this.#size === this.#items.length) {
      const larger = new this.#make(this.#size * 2);
      larger.set(this.#items);
      this.#items = larger;
    }
    this.#items[this.#size++] = value;
  }
}
