import {
  checkOptions,
  hasShape,
  isBoolean,
  isCount,
  isIterable,
  isSeed,
  required,
  shown,
  type Check,
} from '../../base/options.ts';
import { signerOf } from '../../interpreter/index.ts';
import { messageOf, type Contacts } from '../../services/index.ts';
import { systemClock } from '../system.ts';
import { AskingChannel, answerOn, type ByteStream, type ChannelBounds } from './channel.ts';
import { Dialer } from './dialer.ts';
import { KadTable } from './kad-table.ts';
import { hasTcp, loadLibp2p } from './libp2p-packages.ts';
import { LinkError } from './link-error.ts';
import type { Link, LinkHost, LinkReply } from './link.ts';
import { PeerBook } from './peer-book.ts';

/** What a libp2p link needs. Addresses are multiaddrs, such as `/ip4/192.0.2.1/tcp/4001/p2p/12D3Koo…`. */
export interface Libp2pOptions {
  /** Seed of 32 bytes of the peer's key: one identity for records and connections. */
  readonly secretKey: Uint8Array;
  /** Where to listen: `/ip4/0.0.0.0/tcp/4001`, `/ip4/0.0.0.0/tcp/4002/ws`. Left out: nowhere; others reach this peer while it is connected. */
  readonly listen?: readonly string[];
  /** Addresses of other peers, each ending in `/p2p/<peer id>`. */
  readonly peers?: readonly string[];
  /** Peers among `peers` or `relays` to stay connected to, by id. */
  readonly keep?: readonly string[];
  /** Peers that carry connections for those who cannot be dialled: this peer can be reached through them, and reaches others. */
  readonly relays?: readonly string[];
  /** Carries connections for others. */
  readonly isRelay?: boolean;
  /** Finds peers that are not configured, and is found by others, over those that it is connected to. Needs `@libp2p/kad-dht`. Left out: `false`. */
  readonly kad?: boolean;
  /** Bounds of each stream; see `ChannelBounds`. */
  readonly bounds?: Partial<ChannelBounds>;
  /** Called when the first connection to a peer is there, and when the last is gone. */
  readonly onConnection?: (peerId: string, isConnected: boolean) => void;
}

/** A link over libp2p. */
export interface Libp2pLink extends Link {
  readonly peerId: string;
  /** Addresses at which this peer can be reached now. */
  addresses(): readonly string[];
  /** Peers that are connected now. */
  connected(): readonly string[];
}

const MIB = 1024 * 1024;

const DEFAULT_BOUNDS: ChannelBounds = {
  frameBytesMax: 72 * MIB,
  waitingBytesMax: 8 * MIB,
  waitingMax: 1024,
  underWayMax: 256,
  answerWaitMs: 20_000,
};

const PROTOCOL = '/beryl/hop/1';
/** What a stream may hold while it is paused is below what libp2p resets it for (4 MiB). */
const STREAM_WINDOW = { initialStreamWindowSize: 256 * 1024, maxStreamWindowSize: MIB };
const INBOUND_STREAMS_MAX = 8;
/** Connections from one host in a second. */
const CONNECTIONS_PER_SECOND = 100;
const OPEN_WAIT_MS = 5000;

/** The few things of libp2p that are used here. */
type Packages = Awaited<ReturnType<typeof loadLibp2p>>;
type Node = Awaited<ReturnType<Packages['core']['createLibp2p']>>;
type Stream = Awaited<ReturnType<Node['dialProtocol']>>;

const areTexts: Check = value => {
  const mistake = isIterable(value);
  if (mistake !== undefined) return mistake;
  const wrong = [...(value as Iterable<unknown>)].find(text => typeof text !== 'string');
  return wrong === undefined ? undefined : `a list of texts, found ${shown(wrong)}`;
};

/**
 * A link over libp2p: TCP and WebSockets, encrypted by Noise, multiplexed by Yamux. Both sides prove their peer ids, so a frame's
 * sender is known. Needs the packages of libp2p, which it loads when it starts.
 *
 * @throws {TypeError} If an option is missing, misspelt or of the wrong kind.
 * @example createPeer({ secretKey, link: libp2pLink({ secretKey, listen: ['/ip4/0.0.0.0/tcp/4001'] }) })
 */
export function libp2pLink(options: Libp2pOptions): Libp2pLink {
  checkOptions('libp2pLink', options, {
    secretKey: required(isSeed),
    listen: areTexts,
    peers: areTexts,
    keep: areTexts,
    relays: areTexts,
    isRelay: isBoolean,
    kad: isBoolean,
    bounds: hasShape(Object.fromEntries(Object.keys(DEFAULT_BOUNDS).map(name => [name, isCount]))),
    onConnection: value => (typeof value === 'function' ? undefined : `a function, found ${shown(value)}`),
  });
  return new NodeLink(options);
}

class NodeLink implements Libp2pLink {
  readonly peerId: string;
  /** Peers of the configuration, and those that are connected. */
  readonly contacts: Contacts = {
    list: () => {
      const known = new Map(this.connected().map(peerId => [peerId, [] as readonly string[]]));
      for (const [peerId, addresses] of this.#dialer?.known ?? []) known.set(peerId, addresses);
      known.delete(this.peerId);
      return [...known].map(([peerId, addresses]) => ({ peerId, addresses }));
    },
    isConnected: peerId => this.#isConnected(peerId),
    near: async key => {
      const found = (await (key && this.#kad?.near(key))) ?? [];
      const members = (await (this.#node && this.#kad?.members(this.#node))) ?? [];
      const isOther = (peerId: string): boolean =>
        peerId !== this.peerId && this.#host?.isDenied(peerId) === false;
      return [...found, ...members].filter(isOther);
    },
    connect: async ({ peerId }) => {
      if (!this.#isConnected(peerId)) await this.#dialer?.reach(peerId).catch(() => undefined);
      return this.#isConnected(peerId);
    },
  };
  readonly #options: Libp2pOptions;
  readonly #bounds: ChannelBounds;
  /** By peer: the stream on which this side asks, open or about to be. */
  readonly #channels = new Map<string, Promise<AskingChannel>>();
  #packages: Packages | undefined;
  #node: Node | undefined;
  #host: LinkHost | undefined;
  #dialer: Dialer | undefined;
  #kad: KadTable | undefined;

  constructor(options: Libp2pOptions) {
    this.#options = options;
    this.#bounds = { ...DEFAULT_BOUNDS, ...options.bounds };
    this.peerId = signerOf(options.secretKey).peerId;
  }

  async start(host: LinkHost): Promise<void> {
    if (host.peerId !== this.peerId)
      throw new LinkError(
        'ERR_LINK_PEER',
        `the link has the key of \`${this.peerId}\`, the peer is \`${host.peerId}\``,
      );
    this.#host = host;
    const packages = await loadLibp2p();
    this.#packages = packages;
    const { multiaddr } = packages;
    const { peers = [], relays = [], keep = [], kad: hasKad = false, listen = [] } = this.#options;
    const kad = hasKad
      ? await KadTable.load(listen.length + relays.length > 0, id => host.isDenied(id))
      : undefined;
    this.#kad = kad;
    this.#dialer = new Dialer({
      clock: systemClock,
      peers: [...peers, ...relays].map(text => [peerIdOfAddress(text), text] as const),
      relays,
      keep,
      ...(kad && { find: (peerId: string) => kad.find(peerId, packages) }),
      dial: async addresses => {
        const node = this.#node;
        if (node === undefined) throw new Error('the link is stopped');
        await node.dial(
          addresses.map(text => multiaddr.multiaddr(text)),
          { signal: AbortSignal.timeout(OPEN_WAIT_MS) },
        );
      },
      isConnected: peerId => this.#isConnected(peerId),
    });
    const node = await this.#createNode(host, kad);
    this.#node = node;
    const gone = (peerId: string): void => {
      this.#channels.delete(peerId);
      this.#options.onConnection?.(peerId, false);
      this.#dialer?.lost(peerId);
    };
    const come = (peerId: string): void => {
      this.#dialer?.connected(peerId);
      this.#options.onConnection?.(peerId, true);
      host.reached?.(peerId);
    };
    node.addEventListener('peer:connect', ({ detail }) => come(String(detail)));
    node.addEventListener('peer:disconnect', ({ detail }) => gone(String(detail)));
    await node.handle(
      PROTOCOL,
      (stream, connection) => {
        const from = String(connection.remotePeer);
        answerOn(bytesOf(stream), this.#bounds, body => host.answer(body, from));
      },
      { maxInboundStreams: INBOUND_STREAMS_MAX, runOnLimitedConnection: true },
    );
    try {
      await node.start();
    } catch (cause) {
      await this.stop();
      throw new LinkError('ERR_LINK_LISTEN', `cannot listen: ${messageOf(cause)}`, {}, { cause });
    }
    if (listen.length > 0 && !this.addresses().some(address => !address.includes('/p2p-circuit'))) {
      await this.stop();
      throw new LinkError(
        'ERR_LINK_LISTEN',
        `cannot listen on ${listen.join(', ')}: is another process there?`,
      );
    }
    this.#dialer.start();
  }

  async request(to: string, frame: Uint8Array): Promise<LinkReply> {
    const { frameBytesMax } = this.#bounds;
    if (frame.length > frameBytesMax)
      return {
        ok: false,
        kind: 'too-large',
        reason: `a frame of ${frame.length} bytes is over the link’s ${frameBytesMax}`,
      };
    try {
      const channel = await this.#channelTo(to);
      return await channel.request(frame);
    } catch (failure) {
      return { ok: false, kind: 'transient', reason: `cannot reach \`${to}\`: ${messageOf(failure)}` };
    }
  }

  disconnect(peerId: string): void {
    void this.#channels.get(peerId)?.then(
      channel => channel.close('the peer is denied'),
      () => undefined,
    );
    this.#channels.delete(peerId);
    const id = this.#packages?.peerId.peerIdFromString(peerId);
    // Aborted, not closed: a denied peer is not waited for.
    if (id !== undefined)
      for (const connection of this.#node?.getConnections(id) ?? []) connection.abort(new Error('denied'));
  }

  async stop(): Promise<void> {
    const node = this.#node;
    this.#node = undefined;
    this.#dialer?.stop();
    for (const channel of this.#channels.values())
      void channel.then(
        open => open.close('the link was stopped'),
        () => undefined,
      );
    this.#channels.clear();
    await node?.stop();
  }

  addresses(): readonly string[] {
    return (this.#node?.getMultiaddrs() ?? []).map(String);
  }

  connected(): readonly string[] {
    return (this.#node?.getPeers() ?? []).map(String);
  }

  #isConnected(peerId: string): boolean {
    return this.connected().includes(peerId);
  }

  async #channelTo(to: string): Promise<AskingChannel> {
    const known = this.#channels.get(to);
    const open = await known;
    if (open?.isClosed === false) return open;
    if (this.#channels.get(to) !== known) return this.#channelTo(to);
    const opening = this.#open(to);
    this.#channels.set(to, opening);
    opening.catch(() => {
      if (this.#channels.get(to) === opening) this.#channels.delete(to);
    });
    return opening;
  }

  async #open(to: string): Promise<AskingChannel> {
    if (this.#host?.isDenied(to) === true) throw new Error('the peer is on the deny list');
    if (!this.#isConnected(to)) await this.#dialer?.reach(to);
    const id = this.#packages?.peerId.peerIdFromString(to);
    const [connection] = (id && this.#node?.getConnections(id)) ?? [];
    if (connection === undefined) throw new Error('not connected');
    const stream = await connection.newStream(PROTOCOL, {
      signal: AbortSignal.timeout(OPEN_WAIT_MS),
      runOnLimitedConnection: true,
    });
    return new AskingChannel(bytesOf(stream), this.#bounds, systemClock);
  }

  async #createNode(host: LinkHost, kad: KadTable | undefined): Promise<Node> {
    const { core, tcp, websockets, noise, yamux, identify, ping, relay, keys, peerId } = this
      .#packages as Packages;
    const { secretKey, listen = [], relays = [], isRelay = false } = this.#options;
    const denied = (peer: { toString(): string }): boolean => host.isDenied(String(peer));
    return core.createLibp2p({
      start: false,
      datastore: new PeerBook(`/peers/${peerId.peerIdFromString(this.peerId).toCID().toString()}`),
      privateKey: await keys.generateKeyPairFromSeed('Ed25519', secretKey),
      addresses: { listen: [...listen, ...relays.map(address => `${address}/p2p-circuit`)] },
      transports: [...(hasTcp() ? [tcp.tcp()] : []), websockets.webSockets(), relay.circuitRelayTransport()],
      connectionEncrypters: [noise.noise()],
      streamMuxers: [yamux.yamux({ streamOptions: STREAM_WINDOW })],
      connectionManager: { inboundConnectionThreshold: CONNECTIONS_PER_SECOND, reconnectRetries: 0 },
      connectionGater: {
        // Left out it refuses private addresses in browsers; which addresses are dialled is the configuration's decision.
        denyDialMultiaddr: () => false,
        denyDialPeer: denied,
        denyInboundEncryptedConnection: denied,
        denyOutboundEncryptedConnection: denied,
      },
      // The link starts even if a relay cannot be reached now.
      transportManager: { faultTolerance: 1 },
      services: {
        identify: identify.identify(),
        ping: ping.ping(),
        ...(kad && { kad: kad.service }),
        ...(isRelay && { relay: relay.circuitRelayServer({ reservations: { applyDefaultLimit: false } }) }),
      },
    });
  }
}

/** The peer id at the end of an address. @throws {LinkError} `ERR_LINK_ADDRESS`. */
export function peerIdOfAddress(address: string): string {
  const [, peerId] = /\/p2p\/([1-9A-HJ-NP-Za-km-z]+)$/.exec(address) ?? [];
  if (peerId === undefined)
    throw new LinkError('ERR_LINK_ADDRESS', `address \`${address}\` must end in \`/p2p/<peer id>\``, {
      address,
    });
  return peerId;
}

/** Node’s `Buffer` is a `Uint8Array` whose `slice` does not copy. */
const plain = ({ buffer, byteOffset, byteLength }: Uint8Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

function bytesOf(stream: Stream): ByteStream {
  return {
    send: bytes => stream.send(bytes),
    drained: () => stream.onDrain(),
    pause: () => stream.pause(),
    resume: () => stream.resume(),
    abort: reason => stream.abort(reason),
    onData: listener => stream.addEventListener('message', ({ data }) => listener(plain(data.subarray()))),
    onClose: listener => stream.addEventListener('close', listener),
  };
}
