import {
  createPeer,
  memoryStore,
  type Peer,
  type PeerObserver,
  type PeerOptions,
  type RefusalEvent,
  type Store,
  type Transport,
  type Transaction,
} from '../../peer/index.ts';
import type { Step } from '../../interpreter/index.ts';
import type { CallEvent } from '../../services/index.ts';
import { seedOf, idOf } from './cast.ts';

/** A store between a peer and what lasts: it can fail, and it can die with its peer. */
export class FragileStore implements Store {
  readonly #inner: Store;
  /** Looks at each transaction before it is written; what it throws is the store's failure. */
  before: (transaction: Transaction) => void = () => undefined;
  #isDead = false;

  constructor(inner: Store) {
    this.#inner = inner;
  }

  /** From now on nothing reaches what lasts: the process is gone. */
  die(): void {
    this.#isDead = true;
  }

  open(peerId: string): Promise<void> {
    return this.#inner.open(peerId);
  }

  async commit(transaction: Transaction): Promise<void> {
    this.#requireLife();
    this.before(transaction);
    this.#requireLife();
    return this.#inner.commit(transaction);
  }

  async load(key: string) {
    this.#requireLife();
    return this.#inner.load(key);
  }

  async scan(after: string, limit: number) {
    return this.#inner.scan(after, limit);
  }

  async state(id: string) {
    return this.#inner.state(id);
  }

  async remove(keys: readonly string[]) {
    this.#requireLife();
    return this.#inner.remove(keys);
  }

  async sweep(nowMs: number, limit: number) {
    return this.#inner.sweep(nowMs, limit);
  }

  async close(): Promise<void> {
    if (!this.#isDead) return this.#inner.close();
  }

  #requireLife(): void {
    if (this.#isDead) throw new Error('the process is dead');
  }
}

/** A transport that can be cut off for ever. */
export class FragileTransport implements Transport {
  readonly #inner: Transport;
  #isDead = false;

  constructor(inner: Transport) {
    this.#inner = inner;
  }

  die(): void {
    this.#isDead = true;
  }

  start(receive: Parameters<Transport['start']>[0]): void | Promise<void> {
    return this.#inner.start((particle, from) =>
      // Who waits for a dead process gets no answer; the network reports that in time.
      this.#isDead ? new Promise(() => undefined) : receive(particle, from),
    );
  }

  async send(...args: Parameters<Transport['send']>) {
    if (this.#isDead) return new Promise<never>(() => undefined);
    return this.#inner.send(...args);
  }

  stop(): void | Promise<void> {
    if (!this.#isDead) return this.#inner.stop();
  }
}

/** One peer in its successive lives, over one store that lasts. */
export class Survivor {
  readonly lasting: Store;
  readonly steps: Step[] = [];
  readonly calls: CallEvent[] = [];
  readonly refusals: RefusalEvent[] = [];
  store!: FragileStore;
  transport!: FragileTransport;
  peer!: Peer;
  readonly #name: string;
  readonly #options: () => Omit<PeerOptions, 'secretKey' | 'store' | 'observer'>;

  /** @param options Services and ports of each life. */
  constructor(
    name: string,
    options: () => Omit<PeerOptions, 'secretKey' | 'store' | 'observer'>,
    lasting: Store = memoryStore(),
  ) {
    this.#name = name;
    this.#options = options;
    this.lasting = lasting;
  }

  get peerId(): string {
    return idOf(this.#name);
  }

  async start(): Promise<Peer> {
    const { transport, ...options } = this.#options();
    this.store = new FragileStore(this.lasting);
    this.transport = new FragileTransport(transport);
    const observer: PeerObserver = {
      step: step => void this.steps.push(step),
      call: event => void this.calls.push(event),
      refused: event => void this.refusals.push(event),
    };
    this.peer = createPeer({
      ...options,
      secretKey: seedOf(this.#name),
      transport: this.transport,
      store: this.store,
      observer,
    });
    await this.peer.start();
    return this.peer;
  }

  /** As `kill -9`: nothing that this life still does reaches the store or the network. */
  async crash(): Promise<void> {
    this.store.die();
    this.transport.die();
    await this.lasting.close();
  }
}
