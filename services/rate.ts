import { RATE_KEYS_MAX } from './limits.ts';

/** How often something may happen: `calls` in `perMs` milliseconds. Unused room is kept, up to `calls`. */
export interface Rate {
  readonly calls: number;
  readonly perMs: number;
}

interface Bucket {
  /** Room that is left: `calls` when nothing was used for `perMs`. */
  tokens: number;
  /** When that was so, milliseconds. */
  at: number;
}

/**
 * Token buckets, one for each key. Memory is bounded: buckets that are full again say nothing and are dropped first.
 *
 * @example
 * const limiter = new RateLimiter({ calls: 2, perMs: 1000 });
 * if (limiter.wait(peerId, now) === 0) limiter.take(peerId, now);
 */
export class RateLimiter {
  readonly #rate: Rate;
  readonly #buckets = new Map<string, Bucket>();

  constructor(rate: Rate) {
    this.#rate = rate;
  }

  /** Milliseconds until there is room for `cost`; 0 if there is now. Takes nothing. */
  wait(key: string, nowMs: number, cost = 1): number {
    const { calls, perMs } = this.#rate;
    const lacking = Math.min(cost, calls) - this.#room(key, nowMs);
    return lacking <= 0 ? 0 : Math.ceil((lacking * perMs) / calls);
  }

  /** Uses room. More than a bucket holds empties it. */
  take(key: string, nowMs: number, cost = 1): void {
    const tokens = Math.max(0, this.#room(key, nowMs) - cost);
    this.#buckets.delete(key);
    if (this.#buckets.size >= RATE_KEYS_MAX) this.#forget(nowMs);
    this.#buckets.set(key, { tokens, at: nowMs });
  }

  /** Keys that are counted. */
  get size(): number {
    return this.#buckets.size;
  }

  #room(key: string, nowMs: number): number {
    const { calls, perMs } = this.#rate;
    const bucket = this.#buckets.get(key);
    if (bucket === undefined) return calls;
    // A clock that was set back gives no room, and takes none.
    const passed = Math.max(0, nowMs - bucket.at);
    return Math.min(calls, bucket.tokens + (passed * calls) / perMs);
  }

  /** The map is in the order of last use, so the full ones stand in front; else the oldest goes. */
  #forget(nowMs: number): void {
    let dropped = 0;
    for (const key of this.#buckets.keys()) {
      if (dropped > 0 && this.#room(key, nowMs) < this.#rate.calls) break;
      this.#buckets.delete(key);
      dropped += 1;
    }
  }
}
