import type { SiteKey } from '../provenance/site.ts';
import type { SealedRecord } from './sealed-record.ts';
import { TreeHash } from './tree-hash.ts';

/**
 * The records of one peer in one particle, in their order, with all that is computed from them: places by site, and the tree.
 *
 * It grows at the end. Logs are beginnings of stories, and share one as long as they agree: so whatever is known of a record is
 * computed once, however often a longer log of its peer arrives.
 */
export class Story {
  readonly records: SealedRecord[] = [];
  readonly #places = new Map<SiteKey, number>();
  /** Bytes of the records up to each. */
  readonly #sizes: number[] = [];
  #tree = new TreeHash();
  /** The first record whose site an earlier one has. */
  #repeat = Infinity;
  /** Signatures that were verified, by the number of records that they cover. */
  readonly #verified = new Map<number, Uint8Array>();

  get count(): number {
    return this.records.length;
  }

  append(records: readonly SealedRecord[]): void {
    for (const sealed of records) {
      const { key } = sealed.record.site;
      const at = this.records.length;
      this.records.push(sealed);
      this.#sizes.push((this.#sizes.at(-1) ?? 0) + sealed.itemSize);
      if (!this.#places.has(key)) this.#places.set(key, at);
      else if (this.#repeat > at) this.#repeat = at;
    }
  }

  /** Forgets all records but the first ones. */
  truncate(count: number): void {
    for (let at = this.records.length - 1; at >= count; at--) {
      const { key } = (this.records.pop() as SealedRecord).record.site;
      if (this.#places.get(key) === at) this.#places.delete(key);
      this.#verified.delete(at + 1);
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
    const at = this.#places.get(site);
    return at !== undefined && at < count ? at : undefined;
  }

  /** Among the first `count`: the first record whose site an earlier one has. */
  repeatIn(count: number): number | undefined {
    return this.#repeat < count ? this.#repeat : undefined;
  }

  /** Bytes of the first `count` records. */
  sizeOf(count: number): number {
    return count === 0 ? 0 : (this.#sizes[count - 1] as number);
  }

  /** The tree of at least the first `count` records. Records are hashed when a root is first asked for. */
  tree(count: number): TreeHash {
    this.#tree.reserve(count);
    for (let at = this.#tree.size; at < count; at++) (this.records[at] as SealedRecord).appendTo(this.#tree);
    return this.#tree;
  }

  verifiedSignature(count: number): Uint8Array | undefined {
    return this.#verified.get(count);
  }

  rememberVerified(count: number, signature: Uint8Array): void {
    this.#verified.set(count, signature);
  }
}
