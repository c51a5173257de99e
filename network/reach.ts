import { signerOf } from '../interpreter/index.ts';
import {
  peerIdOfAddress,
  sealedTransport,
  type Libp2pOptions,
  type Link,
  type MemoryNetwork,
  type SendReport,
  type Transport,
} from '../peer/index.ts';

/** Makes a link over libp2p. */
export type LinkMaker = (options: Libp2pOptions) => Link;

/** Peers of a network in memory that connect to a running peer. */
export interface ReachingPeers {
  readonly network: MemoryNetwork;
  /** 32 bytes each. They must be secret. */
  readonly seeds: readonly Uint8Array[];
  /** Makes the link of one peer: `libp2pLink`, which pages do not have. */
  readonly linkOf: LinkMaker;
  /** Whether another connection leads to a peer. */
  readonly isReached: (peerId: string) => boolean;
  /** Called for each particle that leaves this process. */
  readonly left: () => void;
}

/** A running peer that the peers of a network can reach. */
export interface ReachedPeer {
  readonly peerId: string;
  /** Resolves when every peer is connected. False: not within the time. */
  connected(waitMs: number): Promise<boolean>;
  stop(): Promise<void>;
}

const UNREACHED: SendReport = {
  ok: false,
  kind: 'permanent',
  reason: 'this peer is not connected: only peers with a `seed` of their own in the network file are',
};

/**
 * Connects peers of a network in memory to a running peer, each with its own key. Particles for peers of the network go on in memory;
 * all others go over these connections, and what comes back over them arrives as from any peer.
 *
 * @throws {LinkError} `ERR_LINK_ADDRESS`, or `ERR_LINK_PACKAGES` if libp2p is not installed.
 */
export async function reachPeer(
  address: string,
  { network, seeds, linkOf, isReached, left }: ReachingPeers,
): Promise<ReachedPeer> {
  const peerId = peerIdOfAddress(address);
  const waiting = new Set(seeds);
  let allConnected = (): void => undefined;
  const all = new Promise<true>(resolve => (allConnected = () => resolve(true)));
  const transports = new Map<string, Transport>();
  for (const secretKey of seeds) {
    const signer = signerOf(secretKey);
    const link = linkOf({
      secretKey,
      peers: [address],
      relays: [address],
      keep: [peerId],
      onConnection: (other, isConnected) => {
        if (other !== peerId || !isConnected) return;
        waiting.delete(secretKey);
        if (waiting.size === 0) allConnected();
      },
    });
    transports.set(signer.peerId, sealedTransport({ signer, link }));
  }
  const leave = network.detour(({ from, to, particle }) => {
    if (network.has(to) || (to !== peerId && isReached(to))) return undefined;
    left();
    const transport = transports.get(from);
    return transport === undefined ? Promise.resolve(UNREACHED) : transport.send(to, particle);
  });
  const stop = async (): Promise<void> => {
    leave();
    await Promise.all([...transports.values()].map(transport => transport.stop()));
  };
  try {
    for (const [own, transport] of transports)
      await transport.start((particle, from) => network.arrive({ from, to: own, particle }));
  } catch (failure) {
    await stop();
    throw failure;
  }
  return {
    peerId,
    connected: waitMs =>
      Promise.race([all, new Promise<false>(resolve => setTimeout(() => resolve(false), waitMs).unref())]),
    stop,
  };
}
