import { equalBytes, NO_BYTES } from '../../base/bytes.ts';
import type { SiteKey } from '../provenance/site.ts';
import { headOf } from './head.ts';
import type { SealedRecord } from './sealed-record.ts';
import { Story } from './story.ts';

/** A conflict inside one log: two records of one site. */
export interface Repeat {
  readonly first: number;
  readonly second: number;
}

/**
 * All that one peer has recorded in a particle, in the order of its runs, under the peer's newest signature. Immutable.
 *
 * @spec docs/spec/call-record.md#heads
 */
export class RecordLog {
  readonly peerId: string;
  /** Records. At least one, but for a log that is not signed yet. */
  readonly count: number;
  /** 64 bytes: Ed25519 of the peer over {@link head}. */
  readonly signature: Uint8Array;
  readonly #particleSignature: Uint8Array;
  #story: Story;
  /** How many of the story's records are ours; `#tail` follows them, until it has a place in a story. */
  readonly #base: number;
  #tail: readonly SealedRecord[];

  private constructor(
    particleSignature: Uint8Array,
    peerId: string,
    signature: Uint8Array,
    story: Story,
    base: number,
    tail: readonly SealedRecord[] = [],
  ) {
    this.#particleSignature = particleSignature;
    this.peerId = peerId;
    this.signature = signature;
    this.#story = story;
    this.#base = base;
    this.#tail = tail;
    this.count = base + tail.length;
  }

  static of(
    particleSignature: Uint8Array,
    peerId: string,
    records: readonly SealedRecord[],
    signature: Uint8Array,
  ): RecordLog {
    const story = new Story();
    story.append(records);
    return new RecordLog(particleSignature, peerId, signature, story, records.length);
  }

  /** The empty log that a peer starts from. Data never holds an empty log. */
  static empty(particleSignature: Uint8Array, peerId: string): RecordLog {
    return RecordLog.of(particleSignature, peerId, [], NO_BYTES);
  }

  /** A log of the first `common` records of this one, followed by `others`. It is unverified. */
  variant(common: number, tail: readonly SealedRecord[], signature: Uint8Array): RecordLog {
    const base = this.#whole;
    return new RecordLog(this.#particleSignature, this.peerId, signature, base, common, tail);
  }

  /** This log with further records of the running peer, not yet signed. */
  extended(records: readonly SealedRecord[]): RecordLog {
    const longer = this.variant(this.count, records, NO_BYTES);
    longer.#join();
    return longer;
  }

  /** The same records under a signature that the running peer has made. */
  signed(signature: Uint8Array): RecordLog {
    return new RecordLog(this.#particleSignature, this.peerId, signature, this.#whole, this.count);
  }

  at(index: number): SealedRecord {
    const isTail = index >= this.#base && this.#tail.length > 0;
    return (isTail ? this.#tail[index - this.#base] : this.#story.records[index]) as SealedRecord;
  }

  get records(): readonly SealedRecord[] {
    return this.#whole.records.slice(0, this.count);
  }

  /** Index of the record of a site; of two records of one site, the first. */
  find(site: SiteKey): number | undefined {
    return this.#whole.find(site, this.count);
  }

  get repeat(): Repeat | undefined {
    const second = this.#whole.repeatIn(this.count);
    if (second === undefined) return undefined;
    return { first: this.find(this.at(second).record.site.key) as number, second };
  }

  /** 32 bytes: the message that the peer signs. */
  get head(): Uint8Array {
    const root = this.#whole.tree(this.count).root(this.count);
    return headOf(this.#particleSignature, this.peerId, this.count, root);
  }

  /** RFC 6962 audit path of a record, from the leaf up. */
  path(index: number): Uint8Array[] {
    return this.#whole.tree(this.count).path(index, this.count);
  }

  /** Bytes of all records. */
  get sizeBytes(): number {
    return this.#whole.sizeOf(this.count);
  }

  /** Length of the common prefix, in records. */
  commonWith(other: RecordLog): number {
    const end = Math.min(this.count, other.count);
    let at = this.#story === other.#story ? Math.min(this.#base, other.#base, end) : 0;
    while (at < end && this.at(at).equals(other.at(at))) at += 1;
    return at;
  }

  /** Whether this process has verified the same signature over the same records before. */
  get isVerified(): boolean {
    if (this.#tail.length > 0) return false;
    const known = this.#story.verifiedSignature(this.count);
    return known !== undefined && equalBytes(known, this.signature);
  }

  /** Only for a log whose signature was verified. */
  rememberVerified(): void {
    this.#whole.rememberVerified(this.count, this.signature);
  }

  /**
   * Runs a check over this log after adding its records to the shared story, where a longer log finds them. If the check throws, the
   * records are removed again.
   */
  settle(check: () => void): void {
    const [story, tail] = [this.#story, this.#tail];
    const isShared = this.#join();
    try {
      check();
    } catch (failure) {
      if (isShared) story.truncate(this.#base);
      this.#story = story;
      this.#tail = tail;
      throw failure;
    }
  }

  /** @returns Whether records were added to a story that other logs share. */
  #join(): boolean {
    const tail = this.#tail;
    if (tail.length === 0) return false;
    this.#tail = [];
    if (this.#story.count === this.#base) {
      this.#story.append(tail);
      return true;
    }
    // A run that is repeated adds the same records.
    const isThere = tail.every((sealed, i) => this.#story.records[this.#base + i]?.equals(sealed) === true);
    if (!isThere) this.#story = forked(this.#story, this.#base, tail);
    return false;
  }

  /** A story with all records of this log. An unverified log gets a story of its own. */
  get #whole(): Story {
    if (this.#tail.length > 0) {
      this.#story = forked(this.#story, this.#base, this.#tail);
      this.#tail = [];
    }
    return this.#story;
  }
}

function forked(story: Story, base: number, tail: readonly SealedRecord[]): Story {
  const fork = story.fork(base);
  fork.append(tail);
  return fork;
}
