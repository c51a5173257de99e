/** How much room entries take, where counting them is not enough. */
export interface Weights<Key, Value> {
  readonly max: number;
  readonly of: (value: Value, key: Key) => number;
}

/** A map that remembers what was used lately, within a number of entries and their weight: the one unused for longest goes first. */
export class RecentMap<Key, Value> {
  readonly #entries = new Map<Key, Value>();
  readonly #sizeMax: number;
  readonly #weights: Weights<Key, Value> | undefined;
  #weight = 0;

  constructor(sizeMax: number, weights?: Weights<Key, Value>) {
    this.#sizeMax = sizeMax;
    this.#weights = weights;
  }

  get(key: Key): Value | undefined {
    const value = this.#entries.get(key);
    if (value === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, value);
    return value;
  }

  /** What alone weighs more than all may is not remembered. */
  set(key: Key, value: Value): void {
    this.#delete(key);
    const weight = this.#weightOf(value, key);
    if (this.#weights !== undefined && weight > this.#weights.max) return;
    this.#entries.set(key, value);
    this.#weight += weight;
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= this.#sizeMax && this.#weight <= (this.#weights?.max ?? Infinity)) return;
      this.#delete(oldest);
    }
  }

  clear(): void {
    this.#entries.clear();
    this.#weight = 0;
  }

  #delete(key: Key): void {
    const value = this.#entries.get(key);
    if (value === undefined) return;
    this.#entries.delete(key);
    this.#weight -= this.#weightOf(value, key);
  }

  #weightOf(value: Value, key: Key): number {
    return this.#weights?.of(value, key) ?? 0;
  }
}
