/** The most copies remembered, of all particles together. */
const REMEMBERED_MAX = 16_384;

/** Why a copy was refused. */
export interface KnownRefusal {
  readonly code: string;
  readonly message: string;
}

/** The particle's state on this peer. */
interface Held {
  readonly key: string;
  /** Grows with each change of its data. */
  readonly revision: number;
}

/**
 * Remembers which copies were interpreted. Merging is idempotent, so a merged copy holds nothing new. A refused copy is refused again
 * while the peer's own data stays the same. A forgotten copy is interpreted again, with the same result.
 */
export class CopyMemory {
  readonly #known = new Map<string, KnownRefusal | 'merged' | 'convicted'>();

  isMerged({ key }: Held, hash: string): boolean {
    return this.#known.get(`${key} ${hash}`) === 'merged';
  }

  refusalOf({ key, revision }: Held, hash: string): KnownRefusal | undefined {
    const known = this.#known.get(`${key} ${hash} ${revision}`);
    return typeof known === 'object' ? known : undefined;
  }

  merged({ key }: Held, hash: string): void {
    this.#remember(`${key} ${hash}`, 'merged');
  }

  refused({ key, revision }: Held, hash: string, refusal: KnownRefusal): void {
    this.#remember(`${key} ${hash} ${revision}`, refusal);
  }

  /** Whether this is the first evidence against a peer in this particle. Each holds the whole script, so observers get only the first. */
  isFirstConviction({ key }: Held, peerId: string): boolean {
    const name = `${key} convicted ${peerId}`;
    if (this.#known.has(name)) return false;
    this.#remember(name, 'convicted');
    return true;
  }

  #remember(name: string, what: KnownRefusal | 'merged' | 'convicted'): void {
    this.#known.set(name, what);
    if (this.#known.size <= REMEMBERED_MAX) return;
    const [oldest] = this.#known.keys();
    this.#known.delete(oldest as string);
  }
}
