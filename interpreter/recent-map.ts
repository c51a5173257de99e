/** A map that remembers at most `sizeMax` entries: the one unused for longest goes first. For caches that strangers fill. */
export class RecentMap<Key, Value> {
  readonly #entries = new Map<Key, Value>();
  readonly #sizeMax: number;
  readonly #weights: Weights<Value> | undefined;
  #weight = 0;

  /** @param weights Bounds the weight of all values together, where they differ in size. */
  constructor(sizeMax: number, weights?: Weights<Value>) {
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

  set(key: Key, value: Value): void {
    this.#forget(key);
    this.#entries.set(key, value);
    this.#weight += this.#weights?.of(value) ?? 0;
    const weightMax = this.#weights?.max ?? Infinity;
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= this.#sizeMax && this.#weight <= weightMax) return;
      this.#forget(oldest);
    }
  }

  #forget(key: Key): void {
    const value = this.#entries.get(key);
    if (value === undefined) return;
    this.#weight -= this.#weights?.of(value) ?? 0;
    this.#entries.delete(key);
  }
}

export interface Weights<Value> {
  readonly max: number;
  readonly of: (value: Value) => number;
}
