import { createPeer } from '../peer.ts';
import type { PeerLimits } from '../limits.ts';
import type { Peer, PeerOptions } from '../options.ts';
import type { ServiceInstance } from '../../services/index.ts';
import type { Bus } from '../transports/nats/connection.ts';
import type { NatsBounds } from '../transports/nats/options.ts';
import { FrameReceiver, type FrameSender } from '../transports/nats/frames.ts';
import type { Link } from '../transports/link.ts';
import { StoreError } from '../stores/store.ts';
import { PartitionLog } from './partition-log.ts';
import { partitionStore } from './partition-store.ts';

/** A partition that this worker works on: a peer of its own, over the state and the frames of this partition. */
export interface OpenPartition {
  readonly peer: Peer;
  /** The place of the claim. */
  readonly claimed: number;
}

export interface PartitionParts {
  readonly bus: Bus;
  readonly sender: FrameSender;
  readonly bounds: NatsBounds;
  readonly options: Omit<PeerOptions, 'link' | 'store' | 'limits'> & {
    readonly nats?: unknown;
    readonly bounds?: unknown;
    readonly overrides?: readonly ServiceInstance[];
    readonly onPartitions?: unknown;
  };
  readonly limits: PeerLimits;
  /** Another worker has it, or it cannot be written: the peer must be stopped. Called once. */
  readonly onLost: (failure: unknown) => void;
}

/**
 * Takes a partition: claims its state, continues its particles, reads its frames.
 *
 * @throws {StoreError} If it cannot be claimed. @throws {TransportError} If its frames cannot be read.
 */
export async function openPartition(partition: number, parts: PartitionParts): Promise<OpenPartition> {
  const { bus, options, limits } = parts;
  const { nats: _n, bounds: _b, onPartitions: _p, overrides = [], secretKey, ...rest } = options;
  const { peerId } = secretKey as { peerId: string };
  let isLost = false;
  const lost = (failure: unknown): void => {
    if (!isLost) parts.onLost(failure);
    isLost = true;
  };
  const log = new PartitionLog(bus, peerId, partition);
  const peer = createPeer({
    ...rest,
    secretKey,
    limits,
    store: partitionStore(log, lost),
    link: linkOf(partition, parts, () =>
      lost(new StoreError('ERR_STORE_CONFLICT', 'another worker reads the frames of this partition')),
    ),
  });
  for (const service of overrides) peer.services.register(service, { override: true });
  await peer.start();
  return { peer, claimed: log.claimed };
}

function linkOf(partition: number, { bus, sender, bounds }: PartitionParts, onLost: () => void): Link {
  let receiver: FrameReceiver | undefined;
  return {
    async start(host) {
      receiver = new FrameReceiver(bus, host, bounds, partition, onLost);
      await receiver.start();
    },
    request: (to, frame) => sender.request(to, frame),
    disconnect: () => undefined,
    stop: () => receiver?.stop(),
  };
}
