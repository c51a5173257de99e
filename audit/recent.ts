/** Remembers what was added lately, within a number of entries: the oldest goes first. */
export class RecentSet {
  readonly #entries = new Set<string>();
  readonly #sizeMax: number;

  constructor(sizeMax: number) {
    this.#sizeMax = sizeMax;
  }

  /** @returns Whether it is new. */
  add(key: string): boolean {
    if (this.#entries.has(key)) return false;
    this.#entries.add(key);
    if (this.#entries.size > this.#sizeMax)
      this.#entries.delete(this.#entries.values().next().value as string);
    return true;
  }
}

/** As {@link RecentSet}, with a value for each key. */
export class RecentEntries<Value> {
  readonly #entries = new Map<string, Value>();
  readonly #sizeMax: number;

  constructor(sizeMax: number) {
    this.#sizeMax = sizeMax;
  }

  get(key: string): Value | undefined {
    return this.#entries.get(key);
  }

  set(key: string, value: Value): void {
    this.#entries.set(key, value);
    if (this.#entries.size > this.#sizeMax) this.#entries.delete(this.#entries.keys().next().value as string);
  }
}
