import type { loadLibp2p } from './libp2p-packages.ts';

type Packages = Awaited<ReturnType<typeof loadLibp2p>>;
type Datastore = NonNullable<NonNullable<Parameters<Packages['core']['createLibp2p']>[0]>['datastore']>;
type Key = Parameters<Datastore['put']>[0];
type Query = Parameters<Datastore['query']>[0];
type KeyQuery = Parameters<Datastore['queryKeys']>[0];
interface Pair {
  readonly key: Key;
  readonly value: Uint8Array;
}

/** Peers of which something is known. */
export const PEERS_KNOWN_MAX = 4096;
/** Bytes that are known of one peer: its addresses, its protocols. */
export const PEER_BYTES_MAX = 16 * 1024;

/**
 * What libp2p knows of other peers, in memory. Any stranger that connects, or that another peer names, adds an entry, so both are bounded: the
 * entry that was used least recently makes room, and one that has grown too large is forgotten.
 */
export class PeerBook implements Datastore {
  /** The least recently used first. */
  readonly #entries = new Map<string, Pair>();
  readonly #pinned: string;

  /** @param pinned Name of the entry that stays: this peer's own. */
  constructor(pinned: string) {
    this.#pinned = pinned;
  }

  get size(): number {
    return this.#entries.size;
  }

  put(key: Key, value: Uint8Array): Key {
    const name = key.toString();
    this.#entries.delete(name);
    if (value.length > PEER_BYTES_MAX) return key;
    this.#entries.set(name, { key, value });
    if (this.#entries.size > PEERS_KNOWN_MAX) this.#makeRoom();
    return key;
  }

  get(key: Key): Uint8Array {
    const name = key.toString();
    const entry = this.#entries.get(name);
    if (entry === undefined)
      throw Object.assign(new Error(`nothing is known of ${name}`), { name: 'NotFoundError' });
    this.#entries.delete(name);
    this.#entries.set(name, entry);
    return entry.value;
  }

  has(key: Key): boolean {
    return this.#entries.has(key.toString());
  }

  delete(key: Key): void {
    this.#entries.delete(key.toString());
  }

  async *putMany(pairs: Iterable<Pair> | AsyncIterable<Pair>): AsyncGenerator<Key> {
    for await (const { key, value } of pairs) yield this.put(key, value);
  }

  async *getMany(keys: Iterable<Key> | AsyncIterable<Key>): AsyncGenerator<Pair> {
    for await (const key of keys) yield { key, value: this.get(key) };
  }

  async *deleteMany(keys: Iterable<Key> | AsyncIterable<Key>): AsyncGenerator<Key> {
    for await (const key of keys) {
      this.delete(key);
      yield key;
    }
  }

  batch() {
    const work: (() => void)[] = [];
    return {
      put: (key: Key, value: Uint8Array) => void work.push(() => this.put(key, value)),
      delete: (key: Key) => void work.push(() => this.delete(key)),
      commit: () => work.splice(0).forEach(step => step()),
    };
  }

  *query({ prefix = '', filters = [], orders = [], limit = Infinity, offset = 0 }: Query): Generator<Pair> {
    let found = [...this.#entries.values()].filter(
      pair => pair.key.toString().startsWith(prefix) && filters.every(isWanted => isWanted(pair)),
    );
    for (const order of orders) found = found.toSorted(order);
    yield* found.slice(offset, offset + limit);
  }

  *queryKeys({ prefix, filters = [], orders = [], limit = Infinity, offset = 0 }: KeyQuery): Generator<Key> {
    let found = [...this.query(prefix === undefined ? {} : { prefix })]
      .map(({ key }) => key)
      .filter(key => filters.every(isWanted => isWanted(key)));
    for (const order of orders) found = found.toSorted(order);
    yield* found.slice(offset, offset + limit);
  }

  #makeRoom(): void {
    for (const name of this.#entries.keys()) {
      if (name === this.#pinned) continue;
      this.#entries.delete(name);
      return;
    }
  }
}

/** Keeps nothing: other peers cannot store records at this one. */
export class NothingKept extends PeerBook {
  constructor() {
    super('');
  }

  override put(): never {
    throw new Error('this peer stores no records of others');
  }
}
