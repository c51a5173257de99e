/**
 * Names that collide are not looked for any further: hashes can be computed by whoever writes scripts, and a table must not become a
 * list.
 */
const PROBES_MAX = 64;
const SLOTS_MIN = 256;
const FNV_PRIME = 0x0100_0193;

/** For {@link Names.idOf}, unit by unit, from 0. */
export const hashed = (hash: number, unit: number): number => Math.imul(hash ^ unit, FNV_PRIME);

/** The names of a script, each once, and which of them have been defined so far. Its arrays serve one script after the other. */
export class Names {
  #text = '';
  #units: Uint8Array = new Uint8Array(0);
  #names: string[] = [];
  /** By id, where it stands first. */
  #starts = new Int32Array(SLOTS_MIN / 2);
  #hashes = new Int32Array(SLOTS_MIN / 2);
  #defined = new Uint8Array(SLOTS_MIN / 2);
  /** A hash table of ids, each more by one; half of it is free. */
  #slots = new Int32Array(SLOTS_MIN);

  begin(text: string, units: Uint8Array): void {
    this.#text = text;
    this.#units = units;
  }

  /** The arrays outlive the script; what stands in it must not, nor its size. */
  forget(): void {
    this.#text = '';
    this.#names = [];
    if (this.#slots.length === SLOTS_MIN) {
      this.#slots.fill(0);
      return;
    }
    this.#starts = new Int32Array(SLOTS_MIN / 2);
    this.#hashes = new Int32Array(SLOTS_MIN / 2);
    this.#defined = new Uint8Array(SLOTS_MIN / 2);
    this.#slots = new Int32Array(SLOTS_MIN);
  }

  /** The id of an ASCII name; nothing if the table has no place for it. */
  idOf(start: number, end: number, hash: number): number | undefined {
    const last = this.#slots.length - 1;
    let slot = (hash ^ (hash >>> 15)) & last;
    for (let probe = 0; probe < PROBES_MAX; probe++) {
      const id = (this.#slots[slot] as number) - 1;
      if (id < 0) return this.#insert(slot, start, end, hash);
      if (this.#hashes[id] === hash && this.#isSame(id, start, end)) return id;
      slot = (slot + 1) & last;
    }
    return undefined;
  }

  nameOf(id: number): string {
    return this.#names[id] as string;
  }

  define(id: number): void {
    this.#defined[id] = 1;
  }

  isDefined(id: number): boolean {
    return this.#defined[id] === 1;
  }

  #isSame(id: number, start: number, end: number): boolean {
    const other = this.#starts[id] as number;
    if (this.nameOf(id).length !== end - start) return false;
    for (let i = 0; start + i < end; i++) {
      if (this.#units[start + i] !== this.#units[other + i]) return false;
    }
    return true;
  }

  #insert(slot: number, start: number, end: number, hash: number): number {
    const id = this.#names.length;
    this.#names.push(this.#text.slice(start, end));
    this.#starts[id] = start;
    this.#hashes[id] = hash;
    this.#defined[id] = 0;
    this.#slots[slot] = id + 1;
    if (this.#names.length === this.#starts.length) this.#grow();
    return id;
  }

  #grow(): void {
    const size = 2 * this.#slots.length;
    this.#starts = grown(this.#starts, new Int32Array(size / 2));
    this.#hashes = grown(this.#hashes, new Int32Array(size / 2));
    this.#defined = grown(this.#defined, new Uint8Array(size / 2));
    this.#slots = new Int32Array(size);
    for (let id = 0; id < this.#names.length; id++) {
      const hash = this.#hashes[id] as number;
      let slot = (hash ^ (hash >>> 15)) & (size - 1);
      while (this.#slots[slot] !== 0) slot = (slot + 1) & (size - 1);
      this.#slots[slot] = id + 1;
    }
  }
}

function grown<T extends Int32Array | Uint8Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
