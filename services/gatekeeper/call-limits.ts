import { RateLimiter } from '../rate.ts';
import type { AclLimit } from './acl.ts';

/** A call as limits see it. */
export interface LimitedCall {
  readonly initPeerId: string;
  readonly serviceId: string;
  readonly functionName: string;
  /** UTF-16 units of the arguments. */
  readonly size: number;
}

/** A limit that a call would exceed. */
export interface Exceeded {
  /** Which, from 0, and what of it. */
  readonly limit: number;
  readonly what: 'rate' | 'concurrent' | 'size' | 'sizes';
  /** Milliseconds until there is room; `undefined` if that cannot be said. */
  readonly retryAfterMs: number | undefined;
}

/** What became of a call at the limits: refused, or let in until it leaves. */
export type Entered = { readonly exceeded: Exceeded } | { readonly exceeded?: undefined; leave(): void };

/**
 * Counts calls by init peer. A call that is refused takes no room, so a caller that hammers gets in as soon as one that waits. Memory is
 * bounded: see `RateLimiter`; callers at a time are bounded by the particles of the peer.
 */
export class CallLimits {
  readonly #limits: readonly Counted[];

  constructor(limits: readonly AclLimit[] = []) {
    this.#limits = limits.map((limit, index) => new Counted(limit, index));
  }

  enter(call: LimitedCall, nowMs: number): Entered {
    const mine = this.#limits.filter(limit => limit.covers(call));
    for (const limit of mine) {
      const exceeded = limit.exceeds(call, nowMs);
      if (exceeded !== undefined) return { exceeded };
    }
    const leaves = mine.map(limit => limit.take(call, nowMs));
    return { leave: () => leaves.splice(0).forEach(leave => leave()) };
  }
}

class Counted {
  readonly #limit: AclLimit;
  readonly #index: number;
  readonly #peers: ReadonlySet<string> | undefined;
  readonly #functions: ReadonlySet<string> | undefined;
  readonly #rate: RateLimiter | undefined;
  readonly #sizes: RateLimiter | undefined;
  readonly #under = new Map<string, number>();

  constructor(limit: AclLimit, index: number) {
    const { initPeers = '*', functions = '*', rate, sizes } = limit;
    this.#limit = limit;
    this.#index = index;
    this.#peers = initPeers === '*' ? undefined : new Set(initPeers);
    this.#functions = functions === '*' ? undefined : new Set(functions);
    this.#rate = rate && new RateLimiter(rate);
    this.#sizes = sizes && new RateLimiter({ calls: sizes.size, perMs: sizes.perMs });
  }

  covers({ initPeerId, serviceId, functionName }: LimitedCall): boolean {
    const { service } = this.#limit;
    return (
      (service === '*' || service === serviceId) &&
      this.#functions?.has(functionName) !== false &&
      this.#peers?.has(initPeerId) !== false
    );
  }

  exceeds({ initPeerId, size }: LimitedCall, nowMs: number): Exceeded | undefined {
    const { concurrent = Infinity, size: most = Infinity, sizes } = this.#limit;
    const by = (what: Exceeded['what'], retryAfterMs?: number): Exceeded => ({
      limit: this.#index,
      what,
      retryAfterMs,
    });
    // Larger than any time can make room for.
    if (size > Math.min(most, sizes?.size ?? Infinity)) return by('size');
    if ((this.#under.get(initPeerId) ?? 0) >= concurrent) return by('concurrent');
    const rateMs = this.#rate?.wait(initPeerId, nowMs) ?? 0;
    if (rateMs > 0) return by('rate', rateMs);
    const sizesMs = this.#sizes?.wait(initPeerId, nowMs, size) ?? 0;
    return sizesMs > 0 ? by('sizes', sizesMs) : undefined;
  }

  /** @returns Ends it. */
  take({ initPeerId, size }: LimitedCall, nowMs: number): () => void {
    this.#rate?.take(initPeerId, nowMs);
    this.#sizes?.take(initPeerId, nowMs, size);
    if (this.#limit.concurrent === undefined) return () => undefined;
    this.#under.set(initPeerId, (this.#under.get(initPeerId) ?? 0) + 1);
    return () => {
      const left = (this.#under.get(initPeerId) ?? 1) - 1;
      if (left === 0) this.#under.delete(initPeerId);
      else this.#under.set(initPeerId, left);
    };
  }
}
