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
  readonly #items = new Map<string, StreamItem>();
  /** Items that canons of this walk needed before they were put, each with the error if that never happens. */
  readonly #needed = new Map<string, RunError>();
  readonly #put = new Map<string, StreamItem>();
  #isWaiting = false;

  /** An item that is not in the stream yet; `undefined` if no walk has put it there. `error` is thrown if none does. */
  need(streamId: string, site: SiteKey, error: RunError): StreamItem | undefined {
    const key = `${streamId} ${site}`;
    this.#needed.set(key, error);
    const item = this.#items.get(key);
    if (item === undefined) this.#isWaiting = true;
    return item;
  }

  /** A canon waits in this walk, and so do its readers: this is not the last walk. */
  get isWaiting(): boolean {
    return this.#isWaiting;
  }

  put(streamId: string, item: StreamItem): void {
    if (this.#needed.size > 0) this.#put.set(`${streamId} ${item.site.key}`, item);
  }

  /**
   * After a walk: whether another one will get further. Each walk adds at least one item, so the number of walks is finite.
   *
   * @throws {RunError} If something that a canon lists was not put into its stream.
   */
  shouldWalkAgain(): boolean {
    if (this.#needed.size === 0) return false;
    const missing = [...this.#needed].filter(([key]) => !this.#items.has(key));
    const found = missing.filter(([key]) => this.#put.has(key));
    for (const [key] of found) this.#items.set(key, this.#put.get(key) as StreamItem);
    if (found.length === 0) {
      for (const [key, error] of this.#needed) if (!this.#put.has(key)) throw error;
    }
    this.#needed.clear();
    this.#put.clear();
    this.#isWaiting = false;
    return found.length > 0;
  }
}
