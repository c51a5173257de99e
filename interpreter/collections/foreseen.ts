import type { RunError } from '../errors.ts';
import type { SiteKey } from '../provenance/site.ts';
import type { StreamItem } from './stream.ts';

/**
 * What is put into streams later than a canon needs it.
 *
 * Peers may know the values of a stream in different orders. So a canon in a fold over it may list what this peer puts there only in a
 * later iteration. Such a canon waits, the walk goes on, and the script is walked once more with what was found. Nothing is
 * believed: each element must have been put where the canon says in the last walk too.
 */
export class Foreseen {
  /** Items of earlier walks that a canon needs, by stream and site. */
  readonly #items = new Map<string, StreamItem>();
  /** Of this walk: what canons needed before it was put, with what is wrong if it never is. */
  readonly #needed = new Map<string, RunError>();
  readonly #put = new Map<string, StreamItem>();
  #isWaiting = false;

  /** An item that is not in the stream yet; nothing if no walk has put it there. `error` tells what is wrong if none does. */
  need(streamId: string, site: SiteKey, error: RunError): StreamItem | undefined {
    const key = `${streamId} ${site}`;
    this.#needed.set(key, error);
    const item = this.#items.get(key);
    if (item === undefined) this.#isWaiting = true;
    return item;
  }

  /** A canon waits in this walk, and whatever reads it: it is not the last one. */
  get isWaiting(): boolean {
    return this.#isWaiting;
  }

  put(streamId: string, item: StreamItem): void {
    if (this.#needed.size > 0) this.#put.set(`${streamId} ${item.site.key}`, item);
  }

  /**
   * After a walk: whether another one will get further. Each brings at least one item more, so they come to an end.
   *
   * @throws {RunError} If something that a canon lists was not put into its stream.
   */
  shouldWalkAgain(): boolean {
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
