import type { SiteKey } from '../provenance/site.ts';
import type { SealedRecord } from './sealed-record.ts';
import { TreeHash } from './tree-hash.ts';

/** Most logs are this short: going through all records is quicker than making a map of their places. */
const FEW = 8;

/**
 * The records of one peer in one particle, in order, with what is computed from them: the index by site, and the tree.
 *
 * A story grows at its end. A log is a prefix of a story, and logs that agree share one story. So everything about a record is
 * computed once, even if longer logs of its peer arrive many times.
 */
export class Story {
  readonly records: SealedRecord[] = [];
  /** Of a story of more than {@link FEW} records. */
  #places: Map<SiteKey, number> | undefined;
  /** Running total of bytes: entry `i` is the size of records 0 to `i`. */
  readonly #sizes: number[] = [];
  #tree = new TreeHash();
  /** The first record whose site an earlier record has. */
  #repeat = Infinity;
  /** Verified signatures, by the number of records that they cover. */
  #verified: Map<number, Uint8Array> | undefined;

  get count(): number {
    return this.records.length;
  }

  append(records: readonly SealedRecord[]): void {
    for (const sealed of records) {
      const { key } = sealed.record.site;
      const at = this.records.length;
      const isRepeat = this.#placeOf(key) !== undefined;
      this.records.push(sealed);
      this.#sizes.push((this.#sizes.at(-1) ?? 0) + sealed.itemSize);
      if (!isRepeat) this.#places?.set(key, at);
      else if (this.#repeat > at) this.#repeat = at;
      if (at === FEW) this.#makePlaces();
    }
  }

  /** Of the record of a site; of two, of the first. */
  #placeOf(site: SiteKey): number | undefined {
    if (this.#places !== undefined) return this.#places.get(site);
    for (let at = 0; at < this.records.length; at++)
      if (this.records[at]?.record.site.key === site) return at;
    return undefined;
  }

  #makePlaces(): void {
    this.#places ??= new Map();
    for (const [at, { record }] of this.records.entries())
      if (!this.#places.has(record.site.key)) this.#places.set(record.site.key, at);
  }

  /** Keeps the first `count` records and drops the others. */
  truncate(count: number): void {
    for (let at = this.records.length - 1; at >= count; at--) {
      const { key } = (this.records.pop() as SealedRecord).record.site;
      if (this.#places?.get(key) === at) this.#places.delete(key);
      this.#verified?.delete(at + 1);
    }
    this.#sizes.length = count;
    this.#tree.truncate(count);
    if (this.#repeat >= count) this.#repeat = Infinity;
  }

  /** Another story with the same beginning. */
  fork(count: number): Story {
    const forked = new Story();
    forked.append(this.records.slice(0, count));
    forked.#tree = this.#tree.copy(count);
    return forked;
  }

  /** The record of a site among the first `count`. */
  find(site: SiteKey, count: number): number | undefined {
    const at = this.#placeOf(site);
    return at !== undefined && at < count ? at : undefined;
  }

  /** Among the first `count` records: the first whose site an earlier record has. */
  repeatIn(count: number): number | undefined {
    return this.#repeat < count ? this.#repeat : undefined;
  }

  /** Bytes of the first `count` records. */
  sizeOf(count: number): number {
    return count === 0 ? 0 : (this.#sizes[count - 1] as number);
  }

  /** The tree of at least the first `count` records. Records are hashed when a root is first needed. */
  tree(count: number): TreeHash {
    this.#tree.reserve(count);
    for (let at = this.#tree.size; at < count; at++) (this.records[at] as SealedRecord).appendTo(this.#tree);
    return this.#tree;
  }

  verifiedSignature(count: number): Uint8Array | undefined {
    return this.#verified?.get(count);
  }

  rememberVerified(count: number, signature: Uint8Array): void {
    this.#verified ??= new Map();
    this.#verified.set(count, signature);
  }
}
