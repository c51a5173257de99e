import { concat, NO_BYTES } from '../../base/bytes.ts';
import type { KnownNonce } from '../envelopes/replay-window.ts';
import { groupedStore, type StoreEngine } from '../stores/grouped.ts';
import { MemoryEngine } from '../stores/memory.ts';
import {
  StoreError,
  type EndedUntil,
  type Store,
  type StoredParticle,
  type Transaction,
} from '../stores/store.ts';
import { piecesOf } from '../transports/nats/chunks.ts';
import {
  decodeMeta,
  decodeNonces,
  decodeState,
  encodeMeta,
  encodeNonces,
  encodeState,
} from './particle-state.ts';
import type { LogEntry, PartitionLog } from './partition-log.ts';

/** Bytes before a value: how many pieces of it stand elsewhere, and its revision, which names them. */
const HEAD_BYTES = 8;

/** What the log holds of one particle. */
interface Written {
  /** Sequence of the value, then of its further pieces. */
  readonly sequences: readonly number[];
  readonly nonces: readonly KnownNonce[];
}

/**
 * The store of one partition. Its worker is the only one that writes, so it answers from memory; what changes is written to the log
 * before it counts. After the partition was lost every operation fails, and the peer of this partition must be stopped.
 *
 * It keeps particles only: services of a peer with several workers keep their state elsewhere.
 */
export function partitionStore(log: PartitionLog, onLost: (failure: StoreError) => void): Store {
  return groupedStore(new PartitionEngine(log, onLost));
}

class PartitionEngine extends MemoryEngine implements StoreEngine {
  readonly #log: PartitionLog;
  readonly #onLost: (failure: StoreError) => void;
  readonly #written = new Map<string, Written>();
  readonly #dirty = new Set<string>();
  readonly #gone = new Set<string>();
  /** Taken envelopes that are in no value yet. */
  #nonces: KnownNonce[] = [];
  #loose: { readonly sequence: number; readonly nonces: readonly KnownNonce[] }[] = [];
  #looseCount = 0;
  #forgetBeforeMs = 0;
  #isEndedDirty = false;
  #isLost = false;

  constructor(log: PartitionLog, onLost: (failure: StoreError) => void) {
    super();
    this.#log = log;
    this.#onLost = onLost;
  }

  override async open(peerId: string): Promise<void> {
    await super.open(peerId);
    const entries = await this.#log.claim();
    const byName = new Map(entries.map(entry => [entry.name, entry]));
    const meta = byName.get('ended');
    const ended = meta === undefined ? { own: 0, others: 0 } : decodeMeta(meta.bytes);
    const particles: [string, StoredParticle][] = [];
    const nonces: KnownNonce[] = [];
    const used = new Set<LogEntry>();
    for (const entry of entries) {
      const [kind, key = ''] = entry.name.split('.');
      if (kind === 'n') {
        const known = decodeNonces(entry.bytes);
        nonces.push(...known);
        this.#loose.push({ sequence: entry.sequence, nonces: known });
        this.#looseCount = Math.max(this.#looseCount, Number(key) + 1);
      } else if (kind === 'p') {
        const parts = partsOf(entry, byName);
        for (const part of parts) used.add(part);
        const state = decodeState(
          concat(...parts.slice(1).map(part => part.bytes), entry.bytes.subarray(HEAD_BYTES)),
        );
        particles.push([key, state.particle]);
        nonces.push(...state.nonces);
        this.#written.set(key, { sequences: parts.map(part => part.sequence), nonces: state.nonces });
      }
    }
    // Pieces of values that were replaced.
    for (const entry of entries)
      if (entry.name.startsWith('d.') && !used.has(entry)) void this.#log.remove(entry.sequence);
    this.restore(particles, nonces, ended);
    // Their owner was about to delete them.
    this.remove(particles.filter(([, { header }]) => isOver(header, peerId, ended)).map(([key]) => key));
    await this.persist();
  }

  override group(work: () => void): void {
    if (this.#log.failure !== undefined) throw this.#log.failure;
    super.group(work);
  }

  override commit(transaction: Transaction): void {
    const { particle, answer, service, nonce } = transaction;
    if (service !== undefined)
      throw new StoreError(
        'ERR_STORE_FAILED',
        `service \`${service.id}\` keeps its state in this process: with several workers it must be \`external\``,
      );
    super.commit(transaction);
    if (particle !== undefined) this.#dirty.add(particle.key);
    if (answer !== undefined && this.#written.has(answer.key)) this.#dirty.add(answer.key);
    if (nonce !== undefined) {
      const { forgetBeforeMs, ...known } = nonce;
      this.#forgetBeforeMs = Math.max(this.#forgetBeforeMs, forgetBeforeMs);
      this.#nonces.push(known);
    }
  }

  override remove(keys: readonly string[]): void {
    super.remove(keys);
    for (const key of keys) {
      this.#dirty.delete(key);
      if (!this.#written.has(key)) continue;
      this.#gone.add(key);
      this.#isEndedDirty = true;
    }
  }

  persist(): Promise<void> | undefined {
    const hasNews = this.#dirty.size > 0 || this.#isEndedDirty || this.#nonces.length > 0;
    if (!hasNews) return undefined;
    // Everything is handed to the log now, in order; what is awaited below are its acknowledgements.
    const writes: Promise<void>[] = [];
    const [first] = this.#dirty;
    const nonces = this.#nonces.splice(0);
    if (first === undefined && nonces.length > 0) writes.push(this.#writeLoose(nonces));
    if (this.#isEndedDirty) writes.push(this.#writeEnded());
    for (const key of this.#dirty) writes.push(this.#writeParticle(key, key === first ? nonces : []));
    this.#dirty.clear();
    this.#forget();
    return Promise.all(writes).then(
      () => undefined,
      (failure: StoreError) => {
        if (!this.#isLost) this.#onLost(failure);
        this.#isLost = true;
        throw failure;
      },
    );
  }

  override async close(): Promise<void> {
    // What is left are hints.
    await this.persist()?.catch(() => undefined);
  }

  async #writeParticle(key: string, taken: readonly KnownNonce[]): Promise<void> {
    const particle = this.load(key);
    if (particle === undefined) return;
    const before = this.#written.get(key);
    const nonces = [...(before?.nonces ?? []), ...taken].filter(
      ({ untilMs }) => untilMs >= this.#forgetBeforeMs,
    );
    const pieces = piecesOf(encodeState({ particle, nonces }));
    const head = new Uint8Array(HEAD_BYTES);
    new DataView(head.buffer).setUint32(0, pieces.length - 1);
    new DataView(head.buffer).setUint32(4, particle.revision);
    // The value comes last: it names pieces that are there.
    const further = pieces
      .slice(0, -1)
      .map((piece, i) => this.#log.write(`d.${key}.${particle.revision}.${i}`, piece));
    const value = this.#log.write(`p.${key}`, concat(head, pieces.at(-1) ?? NO_BYTES));
    const all = [value, ...further];
    this.#written.set(key, { sequences: all.map(({ sequence }) => sequence), nonces });
    await Promise.all(all.map(({ done }) => done));
    for (const old of before?.sequences.slice(1) ?? []) void this.#log.remove(old);
  }

  /** A particle is deleted only after it is written that its time is over: a later owner does not take it as new. */
  async #writeEnded(): Promise<void> {
    this.#isEndedDirty = false;
    const gone = [...this.#gone];
    this.#gone.clear();
    await this.#log.write('ended', encodeMeta(this.ended())).done;
    for (const key of gone) {
      const { sequences, nonces } = this.#written.get(key) ?? { sequences: [], nonces: [] };
      this.#written.delete(key);
      this.#nonces.push(...nonces.filter(({ untilMs }) => untilMs >= this.#forgetBeforeMs));
      for (const sequence of sequences) void this.#log.remove(sequence);
    }
  }

  async #writeLoose(nonces: readonly KnownNonce[]): Promise<void> {
    const { sequence, done } = this.#log.write(`n.${this.#looseCount++}`, encodeNonces(nonces));
    this.#loose.push({ sequence, nonces });
    await done;
  }

  #forget(): void {
    const isOld = ({ untilMs }: KnownNonce): boolean => untilMs < this.#forgetBeforeMs;
    const old = this.#loose.filter(({ nonces }) => nonces.every(isOld));
    if (old.length === 0) return;
    this.#loose = this.#loose.filter(one => !old.includes(one));
    for (const { sequence } of old) void this.#log.remove(sequence);
  }
}

/** The value's own entry, and its further pieces. @throws {StoreError} If one is missing. */
function partsOf(entry: LogEntry, byName: ReadonlyMap<string, LogEntry>): readonly LogEntry[] {
  const view = new DataView(entry.bytes.buffer, entry.bytes.byteOffset);
  const key = entry.name.slice('p.'.length);
  const further = Array.from({ length: view.getUint32(0) }, (_, i) => {
    const piece = byName.get(`d.${key}.${view.getUint32(4)}.${i}`);
    if (piece !== undefined) return piece;
    throw new StoreError('ERR_STORE_FAILED', `a piece of particle \`${key}\` is missing in the partition`);
  });
  return [entry, ...further];
}

function isOver(
  { initPeerId, timestamp, ttl }: StoredParticle['header'],
  owner: string,
  { own, others }: EndedUntil,
): boolean {
  return timestamp + ttl <= (initPeerId === owner ? own : others);
}
