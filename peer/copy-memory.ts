/** Copies that are remembered, of all particles together. */
const REMEMBERED_MAX = 16_384;

/** Why a copy was refused. */
export interface KnownRefusal {
  readonly code: string;
  readonly message: string;
}

/** A particle, as this peer holds it. */
interface Held {
  readonly key: string;
  /** Grows with each change of its data. */
  readonly revision: number;
}

/**
 * Which copies were interpreted already. Merging is idempotent, so a merged copy has nothing new; and a copy is refused again as
 * long as the peer's own data is the same. What is forgotten is interpreted again, to the same end.
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

  /** Whether evidence against this peer is the first in this particle. Each holds the whole script, so observers get one. */
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
