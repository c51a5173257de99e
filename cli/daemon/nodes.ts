import { join } from 'node:path';
import {
  createPeer,
  libp2pLink,
  natsLink,
  sqliteStore,
  startWorker,
  type Peer,
  type PeerOptions,
} from '../../peer/index.ts';
import type { StartedService } from '../../network/index.ts';
import { CliError } from '../errors.ts';
import type { Config } from './config.ts';
import type { Log } from './log.ts';
import { natsHost, type PeerKey } from './peer-key.ts';

/** What a daemon needs of its peer, alone or as one of several workers. */
export interface RunningNode {
  readonly peer: Pick<
    Peer,
    'peerId' | 'atWork' | 'size' | 'isPaused' | 'particles' | 'pause' | 'resume' | 'stop'
  >;
  addresses(): readonly string[];
  connected(): readonly string[];
  services(): readonly { readonly id: string; readonly functions: readonly string[] }[];
  /** Of a worker: its partitions. */
  readonly partitions?: () => readonly number[];
}

export interface NodeParts {
  readonly config: Config;
  readonly key: PeerKey;
  readonly log: Log;
  readonly services: readonly StartedService[];
  readonly options: Omit<PeerOptions, 'secretKey' | 'link' | 'transport' | 'store' | 'services'>;
  /** The number of this worker, from 0; left out: the peer has one process. */
  readonly worker?: number | undefined;
}

/** Starts the peer of a configuration on its network. @throws {StoreError | LinkError | LatticeError} */
export function startNode(parts: NodeParts): Promise<RunningNode> {
  if (parts.worker !== undefined) return startBusWorker(parts, parts.worker);
  return parts.config.network.transport === 'nats' ? startOnBus(parts) : startOnLibp2p(parts);
}

async function startOnLibp2p(parts: NodeParts): Promise<RunningNode> {
  const { config, key, log } = parts;
  if (key.seed === undefined)
    throw new CliError(
      'ERR_CLI_CONFIG',
      'connections of libp2p are signed with the key: set `signer` to `key`',
    );
  const { listen, peers, bootstrap, relays, isRelay, kad } = config.network;
  const link = libp2pLink({
    secretKey: key.seed,
    listen,
    peers: [...peers, ...bootstrap],
    relays,
    isRelay,
    kad,
    keep: [...bootstrap, ...relays].map(address => address.slice(address.lastIndexOf('/') + 1)),
    onConnection: (peerId, isConnected) =>
      log.write('debug', isConnected ? 'connected' : 'disconnected', { peer: peerId }),
  });
  const peer = await startPeer(parts, {
    link,
    identity: { externalAddresses: () => link.addresses() },
  });
  return {
    peer,
    addresses: () => link.addresses(),
    connected: () => link.connected(),
    services: () => servicesOf(peer),
  };
}

async function startOnBus(parts: NodeParts): Promise<RunningNode> {
  const nats = natsHost(parts.config, 0);
  const peer = await startPeer(parts, { link: natsLink(nats) });
  return { peer, addresses: () => nats.servers, connected: () => [], services: () => servicesOf(peer) };
}

async function startPeer(
  { config, key, services, options }: NodeParts,
  more: Pick<PeerOptions, 'link' | 'identity'>,
): Promise<Peer> {
  const peer = createPeer({
    ...options,
    ...more,
    secretKey: key.signer,
    store: sqliteStore(join(config.data, 'peer.sqlite'), config.store),
    services: instancesOf(services, false),
  });
  for (const instance of instancesOf(services, true)) peer.services.register(instance, { override: true });
  await peer.start();
  return peer;
}

async function startBusWorker(
  { config, key, services, options, log }: NodeParts,
  number: number,
): Promise<RunningNode> {
  const nats = natsHost(config, number);
  const worker = await startWorker({
    ...options,
    secretKey: key.signer,
    nats,
    services: instancesOf(services, false),
    overrides: instancesOf(services, true),
    onPartitions: partitions => log.write('debug', 'partitions', { count: partitions.length }),
  });
  return {
    peer: worker,
    addresses: () => nats.servers,
    connected: () => worker.others,
    services: () => services.map(({ instance }) => shortOf(instance)),
    partitions: () => worker.partitions,
  };
}

const instancesOf = (services: readonly StartedService[], isOverride: boolean) =>
  services.filter(one => one.isOverride === isOverride).map(({ instance }) => instance);

const servicesOf = ({ services }: Peer) =>
  services.ids().flatMap(id => {
    const found = services.find(id);
    return found === undefined ? [] : [shortOf(found)];
  });

const shortOf = ({ id, definition }: StartedService['instance']) => ({
  id,
  functions: [...definition.functions.keys()],
});
