/**
 * Longest search among colliding names: an attacker can compute collisions, and a lookup must not become a
 * linear search.
 */
const PROBES_MAX = 64;
const SLOTS_MIN = 256;
/** Of arrays that outlive a script. */
const SLOTS_MAX = 64 * 1024;
const FNV_PRIME = 0x0100_0193;
const FIELDS = 3;

/** For {@link Names.idOf}, unit by unit, from 0. */
export const hashed = (hash: number, unit: number): number => Math.imul(hash ^ unit, FNV_PRIME);

/** The names of a script, each once, and which of them have been defined so far. Its arrays serve one script after the other. */
export class Names {
  #units: Uint8Array = new Uint8Array(0);
  #count = 0;
  /** By id: where the name first stands, its length, its hash. */
  #entries = new Int32Array((FIELDS * SLOTS_MIN) / 2);
  #defined = new Uint8Array(SLOTS_MIN / 2);
  /** A hash table of ids, each more by one; half of it is free. */
  #slots = new Int32Array(SLOTS_MIN);

  begin(units: Uint8Array): void {
    this.#units = units;
  }

  /** The arrays outlive the script; what stands in them does not, nor a size that few scripts need. */
  forget(): void {
    const isFitting = this.#slots.length <= Math.min(SLOTS_MAX, Math.max(SLOTS_MIN, 16 * this.#count));
    this.#count = 0;
    if (isFitting) {
      this.#slots.fill(0);
      return;
    }
    this.#entries = new Int32Array((FIELDS * SLOTS_MIN) / 2);
    this.#defined = new Uint8Array(SLOTS_MIN / 2);
    this.#slots = new Int32Array(SLOTS_MIN);
  }

  /** The id of an ASCII name; −1 if the table has no place for it. */
  idOf(start: number, end: number, hash: number): number {
    const last = this.#slots.length - 1;
    let slot = (hash ^ (hash >>> 15)) & last;
    for (let probe = 0; probe < PROBES_MAX; probe++) {
      const id = (this.#slots[slot] as number) - 1;
      if (id < 0) return this.#insert(slot, start, end, hash);
      if (this.#entries[FIELDS * id + 2] === hash && this.#isSame(id, start, end)) return id;
      slot = (slot + 1) & last;
    }
    return -1;
  }

  define(id: number): void {
    this.#defined[id] = 1;
  }

  isDefined(id: number): boolean {
    return this.#defined[id] === 1;
  }

  #isSame(id: number, start: number, end: number): boolean {
    const other = this.#entries[FIELDS * id] as number;
    if (this.#entries[FIELDS * id + 1] !== end - start) return false;
    for (let i = 0; start + i < end; i++) {
      if (this.#units[start + i] !== this.#units[other + i]) return false;
    }
    return true;
  }

  #insert(slot: number, start: number, end: number, hash: number): number {
    const id = this.#count++;
    this.#entries[FIELDS * id] = start;
    this.#entries[FIELDS * id + 1] = end - start;
    this.#entries[FIELDS * id + 2] = hash;
    this.#defined[id] = 0;
    this.#slots[slot] = id + 1;
    if (this.#count === this.#defined.length) this.#grow();
    return id;
  }

  #grow(): void {
    const size = 2 * this.#slots.length;
    this.#entries = grown(this.#entries, new Int32Array((FIELDS * size) / 2));
    this.#defined = grown(this.#defined, new Uint8Array(size / 2));
    this.#slots = new Int32Array(size);
    for (let id = 0; id < this.#count; id++) {
      const hash = this.#entries[FIELDS * id + 2] as number;
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
