import { LinkError } from './link-error.ts';
import type { loadLibp2p } from './libp2p-packages.ts';
import { NothingKept } from './peer-book.ts';

/** A table of Beryl's own: nodes of other networks do not come into it. */
const PROTOCOL = '/beryl/kad/1';
const INSTALL = 'npm install @libp2p/kad-dht@16';
/** 64 buckets of 20 peers at most. */
const TABLE = { kBucketSize: 20, prefixLength: 6 };
/** Peers that wait to be checked before they come into the table. */
const WAITING_MAX = 256;
const INBOUND_STREAMS_MAX = 8;
/** Addresses of one peer that are passed on, or tried. */
const ADDRESSES_MAX = 8;
/** Walks through the network at a time: any script may begin one. */
const WALKS_MAX = 8;
const WALK_MS = 5000;

type Packages = Awaited<ReturnType<typeof loadLibp2p>>;
type Node = Awaited<ReturnType<Packages['core']['createLibp2p']>>;
type KadPackage = Awaited<ReturnType<typeof load>>;
type Factory = ReturnType<KadPackage['kadDHT']>;
type Kad = ReturnType<Factory>;
type PeerStore = Parameters<Factory>[0]['peerStore'];
type PeerId = Parameters<PeerStore['get']>[0];
type AbortOptions = Parameters<PeerStore['get']>[1];

/** By its name, as libp2p says that it does not know a peer. */
class NotFound extends Error {
  override readonly name = 'NotFoundError';
}

async function load() {
  return import('@libp2p/kad-dht');
}

/**
 * The Kademlia table of a peer: who is near whom, and where. It holds peers only, which it has reached itself; records of others are refused, so a
 * stranger can neither fill it nor hide a peer that this one knows.
 */
export class KadTable {
  readonly #kad: KadPackage;
  readonly #isServer: boolean;
  readonly #isDenied: (peerId: string) => boolean;
  #running: Kad | undefined;
  #walks = 0;

  private constructor(kad: KadPackage, isServer: boolean, isDenied: (peerId: string) => boolean) {
    this.#kad = kad;
    this.#isServer = isServer;
    this.#isDenied = isDenied;
  }

  /**
   * @param isServer Whether others can dial this peer, and so may have it in their tables.
   * @param isDenied Peers that are not named to others.
   * @throws {LinkError} `ERR_LINK_PACKAGES` says what to install.
   */
  static async load(isServer: boolean, isDenied: (peerId: string) => boolean): Promise<KadTable> {
    try {
      return new KadTable(await load(), isServer, isDenied);
    } catch (cause) {
      throw new LinkError('ERR_LINK_PACKAGES', `kad-dht is not installed: run \`${INSTALL}\``, {}, { cause });
    }
  }

  /** For libp2p, which makes it a part of its node. */
  readonly service = (components: Parameters<Factory>[0]): Kad => {
    const make = this.#kad.kadDHT({
      protocol: PROTOCOL,
      clientMode: !this.#isServer,
      ...TABLE,
      maxInboundStreams: INBOUND_STREAMS_MAX,
      routingTableUpdateMaxQueueSize: WAITING_MAX,
      peerInfoMapper: info => ({ ...info, multiaddrs: info.multiaddrs.slice(0, ADDRESSES_MAX) }),
      // Queries end by their own time limits.
      allowQueryWithZeroPeers: true,
    });
    const own = Object.create(components, {
      datastore: { value: new NothingKept() },
      peerStore: { value: this.#withoutDenied(components.peerStore) },
    }) as typeof components;
    this.#running = make(own);
    return this.#running;
  };

  /** The peers that a node knows: denied ones are unknown, so no kind of answer names them. */
  #withoutDenied(peerStore: PeerStore): PeerStore {
    const unlessDenied =
      <T>(find: (id: PeerId, options?: AbortOptions) => Promise<T>) =>
      (id: PeerId, options?: AbortOptions): Promise<T> =>
        this.#isDenied(String(id)) ? Promise.reject(new NotFound()) : find(id, options);
    return Object.create(peerStore, {
      get: { value: unlessDenied((id, options) => peerStore.get(id, options)) },
      getInfo: { value: unlessDenied((id, options) => peerStore.getInfo(id, options)) },
    }) as PeerStore;
  }

  /** Peers near a key that have answered just now; none while too many walks are under way. */
  async near(key: Uint8Array): Promise<readonly string[]> {
    const found: string[] = [];
    await this.#walk(async (kad, signal) => {
      for await (const event of kad.getClosestPeers(key, { signal }))
        if (event.name === 'FINAL_PEER') found.push(String(event.peer.id));
    });
    return found;
  }

  /** Addresses of a peer, as others know them. Who dials them checks whether it is this peer. */
  async find(peerId: string, { peerId: ids }: Packages): Promise<readonly string[]> {
    let found: readonly string[] = [];
    await this.#walk(async (kad, signal) => {
      for await (const event of kad.findPeer(ids.peerIdFromString(peerId), { signal })) {
        if (event.name !== 'FINAL_PEER') continue;
        found = event.peer.multiaddrs
          .slice(0, ADDRESSES_MAX)
          .map(address => withPeer(String(address), peerId));
        return;
      }
    });
    return found;
  }

  /** Peers of the table, wherever they stand. */
  async members(node: Node): Promise<readonly string[]> {
    const inTable = await node.peerStore.all({ filters: [({ tags }) => tags.has('kad-peer')] });
    return inTable.map(({ id }) => String(id));
  }

  /** What was found before it failed counts. */
  async #walk(through: (kad: Kad, signal: AbortSignal) => Promise<void>): Promise<void> {
    const kad = this.#running;
    if (kad === undefined || this.#walks >= WALKS_MAX) return;
    this.#walks += 1;
    try {
      await through(kad, AbortSignal.timeout(WALK_MS));
    } catch {
      // No peer could be asked, none of them knew the answer, or the time was over.
    } finally {
      this.#walks -= 1;
    }
  }
}

const withPeer = (address: string, peerId: string): string =>
  address.endsWith(`/p2p/${peerId}`) ? address : `${address}/p2p/${peerId}`;
