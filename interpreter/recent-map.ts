/** How much room entries take, where counting them is not enough. */
export interface Weights<Key, Value> {
  readonly max: number;
  readonly of: (value: Value, key: Key) => number;
}

interface Entry<Key, Value> {
  readonly key: Key;
  readonly value: Value;
  readonly weight: number;
  /** Used before and after this one. The first is the one unused for longest. */
  older: Entry<Key, Value> | undefined;
  newer: Entry<Key, Value> | undefined;
}

/**
 * A map that remembers what was used lately, within a number of entries and their weight: the one unused for longest goes first.
 *
 * The order of use is a list of its own: a `Map` whose entries are taken out and put in again at every look is made anew time and again.
 */
export class RecentMap<Key, Value> {
  readonly #entries = new Map<Key, Entry<Key, Value>>();
  #oldest: Entry<Key, Value> | undefined;
  #newest: Entry<Key, Value> | undefined;
  readonly #sizeMax: number;
  readonly #weights: Weights<Key, Value> | undefined;
  #weight = 0;

  constructor(sizeMax: number, weights?: Weights<Key, Value>) {
    this.#sizeMax = sizeMax;
    this.#weights = weights;
  }

  get(key: Key): Value | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    if (entry !== this.#newest) {
      this.#unlink(entry);
      this.#link(entry);
    }
    return entry.value;
  }

  /** What alone weighs more than all may is not remembered. */
  set(key: Key, value: Value): void {
    const replaced = this.#entries.get(key);
    if (replaced !== undefined) this.#delete(replaced);
    const weight = this.#weights?.of(value, key) ?? 0;
    const weightMax = this.#weights?.max ?? Infinity;
    if (weight > weightMax) return;
    const entry = { key, value, weight, older: undefined, newer: undefined };
    this.#entries.set(key, entry);
    this.#link(entry);
    this.#weight += weight;
    while (this.#oldest !== undefined && (this.#entries.size > this.#sizeMax || this.#weight > weightMax))
      this.#delete(this.#oldest);
  }

  clear(): void {
    this.#entries.clear();
    this.#oldest = undefined;
    this.#newest = undefined;
    this.#weight = 0;
  }

  #delete(entry: Entry<Key, Value>): void {
    this.#entries.delete(entry.key);
    this.#unlink(entry);
    this.#weight -= entry.weight;
  }

  /** As the newest. */
  #link(entry: Entry<Key, Value>): void {
    entry.older = this.#newest;
    entry.newer = undefined;
    if (this.#newest === undefined) this.#oldest = entry;
    else this.#newest.newer = entry;
    this.#newest = entry;
  }

  #unlink({ older, newer }: Entry<Key, Value>): void {
    if (older === undefined) this.#oldest = newer;
    else older.newer = newer;
    if (newer === undefined) this.#newest = older;
    else newer.older = older;
  }
}
