import { messageOf } from '../../services/index.ts';
import type { Clock } from '../ports.ts';

/** Waits between attempts to reach a peer, milliseconds: doubled each time, up to the longest. */
const WAIT_MS = 200;
const WAIT_MAX_MS = 30_000;
/** A peer that could not be reached is tried again for so long after it was last asked for, milliseconds: longer than a send waits. */
const WANTED_MS = 120_000;
/** Peers that are called at the same time when the link starts. */
const CALLED_AT_A_TIME = 8;
/** Peers through which one without an address is tried. */
const CARRIERS_MAX = 16;

export interface DialerParts {
  readonly clock: Clock;
  /** Peer ids with their addresses; a peer may have several. */
  readonly peers: readonly (readonly [peerId: string, address: string])[];
  /** Addresses of peers that carry connections. */
  readonly relays: readonly string[];
  /** Peers to stay connected to. */
  readonly keep: readonly string[];
  /** Addresses of a peer that is not known, as others know them. Left out: other peers are not asked. */
  readonly find?: (peerId: string) => Promise<readonly string[]>;
  /** Connects to the first address that answers. */
  readonly dial: (addresses: readonly string[]) => Promise<void>;
  readonly isConnected: (peerId: string) => boolean;
}

interface Attempts {
  count: number;
  /** Milliseconds since 1970; before that it is not tried again. */
  nextMs: number;
  failure: string;
}

/** Connects to peers: one attempt at a time for each, with growing waits after failures. */
export class Dialer {
  readonly #parts: DialerParts;
  readonly #addresses = new Map<string, string[]>();
  readonly #underWay = new Map<string, Promise<void>>();
  readonly #failed = new Map<string, Attempts>();
  readonly #keep: ReadonlySet<string>;
  readonly #timers = new Map<string, () => void>();
  /** When a peer of the configuration was last asked for: milliseconds since 1970. */
  readonly #asked = new Map<string, number>();
  #isStopped = false;

  constructor(parts: DialerParts) {
    this.#parts = parts;
    this.#keep = new Set(parts.keep);
    for (const [peerId, address] of parts.peers) {
      const known = this.#addresses.get(peerId) ?? [];
      this.#addresses.set(peerId, [...new Set([...known, address])]);
    }
  }

  /** Peers whose addresses are known. */
  get known(): ReadonlyMap<string, readonly string[]> {
    return this.#addresses;
  }

  /**
   * Connects to those to stay connected to. Every other peer with an address is called once: whatever it has waiting for this peer, it
   * sends now.
   */
  start(): void {
    for (const peerId of this.#keep) this.#keepUp(peerId);
    const others = [...this.#addresses.keys()].filter(peerId => !this.#keep.has(peerId));
    const callNext = async (): Promise<void> => {
      for (let next = others.shift(); next !== undefined && !this.#isStopped; next = others.shift())
        if (!this.#parts.isConnected(next)) await this.#reach(next).catch(() => undefined);
    };
    for (let i = 0; i < CALLED_AT_A_TIME; i++) void callNext();
  }

  stop(): void {
    this.#isStopped = true;
    for (const cancel of this.#timers.values()) cancel();
    this.#timers.clear();
    this.#asked.clear();
  }

  /** A connection has begun, perhaps one that the other peer has made: earlier failures say nothing of it any more. */
  connected(peerId: string): void {
    this.#failed.delete(peerId);
    this.#asked.delete(peerId);
  }

  /** The last connection to a peer has ended. */
  lost(peerId: string): void {
    if (this.#keep.has(peerId)) this.#keepUp(peerId);
  }

  /**
   * Connects to a peer. One of the configuration that cannot be reached is tried again for a while without being asked for again: who waits to
   * send to it learns of the connection.
   *
   * @throws If it cannot be reached, or could not be reached shortly before.
   */
  async reach(peerId: string): Promise<void> {
    if (this.#addresses.has(peerId)) this.#asked.set(peerId, this.#parts.clock.now());
    try {
      await this.#reach(peerId);
    } catch (failure) {
      this.#keepUp(peerId);
      throw failure;
    }
  }

  async #reach(peerId: string): Promise<void> {
    const underWay = this.#underWay.get(peerId);
    if (underWay !== undefined) return underWay;
    const before = this.#failed.get(peerId);
    if (before !== undefined && this.#parts.clock.now() < before.nextMs)
      throw new Error(`${before.failure} (tried ${before.count} times)`);
    const attempt = this.#attempt(peerId).finally(() => this.#underWay.delete(peerId));
    this.#underWay.set(peerId, attempt);
    return attempt;
  }

  async #attempt(peerId: string): Promise<void> {
    const addresses = this.#addresses.get(peerId) ?? (await this.#find(peerId));
    if (addresses.length === 0) throw new Error('no address of it is known, and it is not connected');
    try {
      await this.#parts.dial(addresses);
      this.#failed.delete(peerId);
    } catch (failure) {
      const count = (this.#failed.get(peerId)?.count ?? 0) + 1;
      const nextMs = this.#parts.clock.now() + waitAfter(count);
      // Only configured peers are remembered: a script may name any number of others.
      if (this.#addresses.has(peerId))
        this.#failed.set(peerId, { count, nextMs, failure: messageOf(failure) });
      throw failure;
    }
  }

  async #find(peerId: string): Promise<readonly string[]> {
    const found = (await this.#parts.find?.(peerId)) ?? [];
    return found.length > 0 ? found : this.#relayed(peerId);
  }

  /** A peer without an address may be connected to one that carries connections. */
  #relayed(peerId: string): string[] {
    const carriers = [...new Set([...this.#parts.relays, ...[...this.#addresses.values()].flat()])];
    return carriers.slice(0, CARRIERS_MAX).map(address => `${address}/p2p-circuit/p2p/${peerId}`);
  }

  #isWanted(peerId: string): boolean {
    const since = this.#parts.clock.now() - (this.#asked.get(peerId) ?? -Infinity);
    // A clock that was set back says nothing of how much time has passed.
    return this.#keep.has(peerId) || (since >= 0 && since < WANTED_MS);
  }

  #keepUp(peerId: string): void {
    if (this.#isStopped || this.#timers.has(peerId) || this.#parts.isConnected(peerId)) return;
    if (!this.#isWanted(peerId)) {
      this.#asked.delete(peerId);
      return;
    }
    this.#timers.set(peerId, () => undefined);
    const later = (): void => {
      if (this.#isStopped) return;
      const next = this.#failed.get(peerId)?.nextMs ?? 0;
      const wait = Math.max(WAIT_MS, next - this.#parts.clock.now());
      const again = (): void => {
        this.#timers.delete(peerId);
        this.#keepUp(peerId);
      };
      this.#timers.set(peerId, this.#parts.clock.after(wait, again));
    };
    this.#reach(peerId).then(later, later);
  }
}

const waitAfter = (count: number): number => Math.min(WAIT_MS * 2 ** (count - 1), WAIT_MAX_MS);
