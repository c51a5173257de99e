import type { RunError } from '../errors.ts';
import type { SiteKey } from '../provenance/site.ts';
import type { StreamItem } from './stream.ts';

/**
 * What is put into streams later than a canon needs it.
 *
 * Peers may know the values of a stream in different orders. So a canon in a fold over it may list what this peer puts there only in a
 * later iteration. Such a canon waits, the walk continues, and the script is walked once more with what was found. The content is
 * still checked: in the last walk, too, each element must be put where the canon says.
 */
export class Foreseen {
  /** Items of earlier walks that a canon needs, by stream and site. */
  #items: Map<string, StreamItem> | undefined;
  /** Items that canons of this walk needed before they were put, each with the error if that never happens. */
  #needed: Map<string, () => RunError> | undefined;
  #put: Map<string, StreamItem> | undefined;
  #isWaiting = false;

  /** An item that is not in the stream yet; `undefined` if no walk has put it there. `error` is made and thrown if none does. */
  need(streamId: string, site: SiteKey, error: () => RunError): StreamItem | undefined {
    const key = `${streamId} ${site}`;
    this.#needed ??= new Map();
    this.#needed.set(key, error);
    const item = this.#items?.get(key);
    if (item === undefined) this.#isWaiting = true;
    return item;
  }

  /** A canon waits in this walk, and so do its readers: this is not the last walk. */
  get isWaiting(): boolean {
    return this.#isWaiting;
  }

  /** No canon of this walk rests on what is put later: what was read so far is final. */
  get isSettled(): boolean {
    return this.#needed === undefined || this.#needed.size === 0;
  }

  put(streamId: string, item: StreamItem): void {
    if (this.#needed === undefined) return;
    this.#put ??= new Map();
    this.#put.set(`${streamId} ${item.site.key}`, item);
  }

  /**
   * Call it after a walk. Says whether another walk gets further: each walk adds at least one item, so the number of walks is finite.
   *
   * @throws {RunError} If something that a canon lists was not put into its stream.
   */
  shouldWalkAgain(): boolean {
    if (this.#needed === undefined) return false;
    const items = (this.#items ??= new Map());
    const put = (this.#put ??= new Map());
    const missing = [...this.#needed].filter(([key]) => !items.has(key));
    const found = missing.filter(([key]) => put.has(key));
    for (const [key] of found) items.set(key, put.get(key) as StreamItem);
    if (found.length === 0) {
      for (const [key, error] of this.#needed) if (!put.has(key)) throw error();
    }
    this.#needed = undefined;
    this.#put = undefined;
    this.#isWaiting = false;
    return found.length > 0;
  }
}
