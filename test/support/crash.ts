import {
  createPeer,
  memoryStore,
  type Link,
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

  get isDead(): boolean {
    return this.#isDead;
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

  async nonces() {
    return this.#inner.nonces();
  }

  async remove(keys: readonly string[]) {
    this.#requireLife();
    return this.#inner.remove(keys);
  }

  async sweep(nowMs: number, limit: number) {
    return this.#inner.sweep(nowMs, limit);
  }

  async ended() {
    return this.#inner.ended();
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

/** A link that can be cut off for ever. */
export class FragileLink implements Link {
  readonly #inner: Link;
  #isDead = false;

  constructor(inner: Link) {
    this.#inner = inner;
  }

  die(): void {
    this.#isDead = true;
  }

  start({ answer, ...host }: Parameters<Link['start']>[0]): void | Promise<void> {
    const alive: typeof answer = (frame, from) =>
      this.#isDead ? new Promise(() => undefined) : answer(frame, from);
    return this.#inner.start({ ...host, answer: alive });
  }

  request(...args: Parameters<Link['request']>) {
    return this.#isDead ? new Promise<never>(() => undefined) : this.#inner.request(...args);
  }

  disconnect(peerId: string): void {
    this.#inner.disconnect(peerId);
  }

  stop(): void | Promise<void> {
    if (!this.#isDead) return this.#inner.stop();
  }
}

/** Services and ports of one life. */
type LifeOptions = Omit<PeerOptions, 'secretKey' | 'store' | 'observer'>;

/** One peer in its successive lives, over one store that lasts. */
export class Survivor {
  readonly lasting: Store;
  readonly steps: Step[] = [];
  readonly calls: CallEvent[] = [];
  readonly refusals: RefusalEvent[] = [];
  store!: FragileStore;
  wire!: FragileTransport | FragileLink;
  peer!: Peer;
  readonly #name: string;
  readonly #options: () => LifeOptions;
  readonly #told: PeerObserver;

  /**
   * @param options Services and ports of each life.
   * @param told Hears, too, what happens. A dead life reports nothing.
   */
  constructor(
    name: string,
    options: () => LifeOptions,
    lasting: Store = memoryStore(),
    told: PeerObserver = {},
  ) {
    this.#name = name;
    this.#options = options;
    this.lasting = lasting;
    this.#told = told;
  }

  get peerId(): string {
    return idOf(this.#name);
  }

  async start(): Promise<Peer> {
    const { transport, link, ...options } = this.#options();
    const store = new FragileStore(this.lasting);
    this.store = store;
    const wire = link ? new FragileLink(link) : new FragileTransport(transport as Transport);
    this.wire = wire;
    const told = this.#told;
    const alive =
      <Event>(hear: (event: Event) => void) =>
      (event: Event): void => {
        if (!store.isDead) hear(event);
      };
    const observer: PeerObserver = {
      ...told,
      ...(told.sent && { sent: alive(told.sent) }),
      ...(told.expired && { expired: alive(told.expired) }),
      step: alive(step => {
        this.steps.push(step);
        told.step?.(step);
      }),
      call: alive(event => {
        this.calls.push(event);
        told.call?.(event);
      }),
      refused: alive(event => {
        this.refusals.push(event);
        told.refused?.(event);
      }),
    };
    this.peer = createPeer({
      ...options,
      secretKey: seedOf(this.#name),
      ...(wire instanceof FragileLink ? { link: wire } : { transport: wire }),
      store,
      observer,
    });
    await this.peer.start();
    return this.peer;
  }

  /** As `kill -9`: nothing that this life still does reaches the store or the network, and nobody hears of it. */
  async crash(): Promise<void> {
    this.store.die();
    this.wire.die();
    await this.lasting.close();
  }
}
