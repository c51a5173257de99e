import {
  checkOptions,
  isCount,
  isFunction,
  isPlain,
  isPositive,
  isSeed,
  isString,
  required,
  shown,
} from '../base/options.ts';
import type { JsonValue } from '../interpreter/index.ts';
import {
  createPeer,
  libp2pLink,
  peerIdOfAddress,
  type Libp2pLink,
  type Logger,
  type ParticleHandlers,
  type Peer,
  type PeerObserver,
} from '../peer/index.ts';
import { ClientError } from './errors.ts';
import { bindNames } from './variables.ts';

/** `connecting`: not connected yet, or not any more; the client tries again with growing waits. */
export type ClientState = 'connecting' | 'connected' | 'closed';

/** Whom to connect to, and how. */
export interface ConnectOptions {
  /** Address of a running peer, ending in `/p2p/<peer id>`; `/ip4/192.0.2.1/tcp/4002/ws/p2p/…` from browsers. */
  readonly address: string;
  /** Seed of 32 bytes of the client's key. Left out: a new key, and so another peer id each time. */
  readonly secretKey?: Uint8Array;
  /** How long `connect` waits for the first connection, milliseconds; 10 000 if left out. 0: it does not wait. */
  readonly connectMs?: number;
  /** Scripts that wait for a connection; 1 024 if left out. */
  readonly outboxMax?: number;
  readonly onState?: (state: ClientState) => void;
  readonly observer?: PeerObserver;
  readonly logger?: Logger;
}

/** How to run one script. */
export interface ClientScriptOptions {
  /** Values of names that the script uses without defining them. `-relay-` is the peer that the client is connected to. */
  readonly variables?: Readonly<Record<string, JsonValue>>;
  /** Functions of `callbackSrv`. */
  readonly callbacks?: NonNullable<ParticleHandlers['callbacks']>;
  /** Life of the script, the time in the outbox included, milliseconds; 7 000 if left out. */
  readonly ttlMs?: number;
}

/** A program's connection to the network. */
export interface Client {
  /** The client's own id: the `%init_peer_id%` of its scripts. */
  readonly peerId: string;
  /** Id of the peer that it is connected to. */
  readonly relayId: string;
  readonly state: ClientState;
  /**
   * Runs a script. Without a connection it waits in the outbox, until its ttl is over.
   *
   * @returns What the script gave to `callbackSrv.response`.
   * @throws {ClientError} If it was not sent. @throws {StartedFailure} If it failed later. @throws {AirError} If it is not valid.
   */
  run(script: string, options?: ClientScriptOptions): Promise<JsonValue>;
  /** Ends the connection. Scripts under way fail. */
  close(): Promise<void>;
}

const CONNECT_MS = 10_000;
const OUTBOX_MAX = 1024;
const TTL_MS = 7000;
/** For callbacks that are under way when the client is closed, milliseconds. */
const GRACE_MS = 1000;

/**
 * Connects to a running peer. The client is a peer of its own that listens nowhere: it signs its scripts, verifies what comes back, and
 * others reach it through the peer that it is connected to.
 *
 * @throws {ClientError} `ERR_CLIENT_OFFLINE` if it is not connected after `connectMs`.
 * @throws {TypeError} If an option is missing, misspelt or of the wrong kind.
 * @example
 *   const client = await connect({ address: '/ip4/127.0.0.1/tcp/4001/p2p/12D3Koo…' });
 *   const sum = await client.run('(seq (call relay ("math" "add") [a b] x) (call %init_peer_id% ("callbackSrv" "response") [x]))',
 *     { variables: { relay: client.relayId, a: 1, b: 2 } });
 */
export async function connect(options: ConnectOptions): Promise<Client> {
  checkOptions('connect', options, {
    address: required(isString),
    secretKey: isSeed,
    connectMs: isCount,
    outboxMax: isCount,
    onState: isFunction,
    observer: isPlain,
    logger: isPlain,
  });
  const client = new PeerClient(options);
  await client.start();
  return client;
}

class PeerClient implements Client {
  readonly relayId: string;
  readonly #options: ConnectOptions;
  readonly #link: Libp2pLink;
  readonly #peer: Peer;
  #state: ClientState = 'connecting';
  /** Those that wait for a connection, or the end. */
  readonly #waiting = new Set<() => void>();

  constructor(options: ConnectOptions) {
    const { address, secretKey = crypto.getRandomValues(new Uint8Array(32)), observer, logger } = options;
    this.#options = options;
    this.relayId = peerIdOfAddress(address);
    this.#link = libp2pLink({
      secretKey,
      peers: [address],
      relays: [address],
      keep: [this.relayId],
      onConnection: (peerId, isConnected) => {
        if (peerId === this.relayId) this.#changed(isConnected ? 'connected' : 'connecting');
      },
    });
    this.#peer = createPeer({
      secretKey,
      link: this.#link,
      ...(observer && { observer }),
      ...(logger && { logger }),
    });
  }

  get peerId(): string {
    return this.#peer.peerId;
  }

  get state(): ClientState {
    return this.#state;
  }

  async start(): Promise<void> {
    const { connectMs = CONNECT_MS, address } = this.#options;
    await this.#peer.start();
    if (connectMs === 0 || (await this.#connected(connectMs))) return;
    await this.close();
    const text = `\`${address}\` could not be reached within ${connectMs} ms: is the peer running, and the address right?`;
    throw new ClientError('ERR_CLIENT_OFFLINE', text, { stage: 'connect', address });
  }

  async run(script: string, options: ClientScriptOptions = {}): Promise<JsonValue> {
    if (typeof script !== 'string')
      throw new TypeError(`run: the script must be a string, found ${shown(script)}`);
    checkOptions('run', options, { variables: isPlain, callbacks: isPlain, ttlMs: isPositive });
    const { variables = {}, callbacks = {}, ttlMs = TTL_MS } = options;
    const data = { '-relay-': this.relayId, ...variables };
    const air = bindNames(script, new Set(Object.keys(data)));
    const begun = Date.now();
    await this.#mayBeSent(ttlMs);
    const left = Math.max(1, ttlMs - (Date.now() - begun));
    return this.#peer.run(air, { ttlMs: left, handlers: { data, callbacks }, isPatient: true }).done;
  }

  async close(): Promise<void> {
    if (this.#state === 'closed') return;
    this.#changed('closed');
    await this.#peer.stop({ graceMs: GRACE_MS });
  }

  async #mayBeSent(ttlMs: number): Promise<void> {
    const { outboxMax = OUTBOX_MAX } = this.#options;
    if (this.#state === 'connecting') {
      if (this.#waiting.size >= outboxMax) {
        const text = `${outboxMax} scripts wait for a connection already`;
        throw new ClientError('ERR_CLIENT_OUTBOX_FULL', text, { stage: 'outbox' });
      }
      if (!(await this.#connected(ttlMs))) {
        const text = `there was no connection to \`${this.relayId}\` within the script’s ttl of ${ttlMs} ms`;
        throw new ClientError('ERR_CLIENT_OFFLINE', text, { stage: 'connect' });
      }
    }
    if (this.#state === 'closed')
      throw new ClientError('ERR_CLIENT_CLOSED', 'the client is closed', { stage: 'outbox' });
  }

  /** @returns Whether something has changed before the time was over. */
  #connected(waitMs: number): Promise<boolean> {
    if (this.#state !== 'connecting') return Promise.resolve(true);
    return new Promise(resolve => {
      const end = (isChanged: boolean): void => {
        clearTimeout(timer);
        this.#waiting.delete(changed);
        resolve(isChanged);
      };
      const changed = (): void => end(true);
      const timer = setTimeout(() => end(false), waitMs);
      this.#waiting.add(changed);
    });
  }

  #changed(state: ClientState): void {
    if (this.#state === state || this.#state === 'closed') return;
    this.#state = state;
    try {
      this.#options.onState?.(state);
    } catch {
      // A listener of the program must not end the connection.
    }
    if (state !== 'connecting') for (const changed of this.#waiting) changed();
  }
}
