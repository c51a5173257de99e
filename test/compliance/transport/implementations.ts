import { createConnection } from 'node:net';
import {
  libp2pLink,
  MemoryBus,
  MemoryNetwork,
  natsLink,
  seededRandom,
  type ChannelBounds,
  type Faults,
  type Libp2pLink,
  type Link,
  type Transport,
} from '../../../peer/index.ts';
import { systemClock } from '../../../peer/system.ts';
import { idOf, seedOf } from '../../support/cast.ts';
import { hopsOver } from '../../support/hops.ts';
import { freePort, NatsServer, noNats } from '../../support/nats.ts';

/** One network, on real time. */
export interface World {
  /** The transport of a member of the cast; asking again gives the transport of the next life of the same host. */
  join(name: string): Promise<Transport>;
  /** `undefined`: this kind of transport has no faults of its own. */
  readonly faults?: (faults: Partial<Faults>) => void;
  /** Sends bytes that nothing honest would send. */
  readonly garbage?: (to: string, bytes: Uint8Array) => Promise<void>;
  end(): Promise<void>;
}

export interface Implementation {
  readonly name: string;
  /** Bytes of data that are too many; `Infinity` if there is no bound. */
  readonly tooLarge: number;
  readonly open: () => World;
}

const MIB = 1024 * 1024;
const QUICK: Partial<ChannelBounds> = { frameBytesMax: 16 * MIB, answerWaitMs: 4000 };

/** A way to move particles as they are. */
const memory: Implementation = {
  name: 'memory',
  tooLarge: Infinity,
  open() {
    const network = new MemoryNetwork(systemClock, seededRandom(1));
    return {
      join: async name => network.join(idOf(name)),
      faults: faults => void (network.faults = faults),
      end: async () => undefined,
    };
  },
};

const bus: Implementation = {
  name: 'bytes in memory, in envelopes',
  tooLarge: 16 * MIB,
  open() {
    const all = new MemoryBus({ clock: systemClock, random: seededRandom(1), frameBytesMax: 16 * MIB });
    return {
      join: async name => hopsOver(name, all.join()).transport,
      faults: faults => void (all.faults = faults),
      garbage: async (to, bytes) => void (await all.publish(idOf('mallory'), idOf(to), bytes)),
      end: async () => undefined,
    };
  },
};

/** The peers know each other's addresses from a table that is filled as they start, so each asks for its own link late. */
function libp2p(kind: 'tcp' | 'ws'): Implementation {
  return {
    name: `libp2p over ${kind}`,
    tooLarge: 16 * MIB,
    open() {
      const ports = new Map<string, number>();
      const links: Libp2pLink[] = [];
      const addressOf = (port: number): string => `/ip4/127.0.0.1/tcp/${port}${kind === 'ws' ? '/ws' : ''}`;
      return {
        async join(name) {
          const port = ports.get(name) ?? (await freePort());
          ports.set(name, port);
          const peers = [...ports].map(([other, at]) => `${addressOf(at)}/p2p/${idOf(other)}`);
          const listen = [addressOf(port)];
          const link = libp2pLink({ secretKey: seedOf(name), listen, peers, bounds: QUICK });
          links.push(link);
          return hopsOver(name, link).transport;
        },
        garbage: (to, bytes) => rawBytes(ports.get(to) as number, bytes),
        end: async () => void (await Promise.all(links.map(link => link.stop()))),
      };
    },
  };
}

/** A real server, started with the first host; each host has a key of its own. */
const nats: Implementation = {
  name: 'NATS JetStream',
  tooLarge: 16 * MIB,
  open() {
    const server = NatsServer.start({
      alice: ['alice'],
      bob: ['bob'],
      carol: ['carol'],
      mallory: ['mallory'],
    });
    const links: Link[] = [];
    const open = async (name: string): Promise<Link> => {
      const bounds = { frameBytesMax: 16 * MIB, answerWaitMs: 4000 };
      const link = natsLink({ ...(await (await server).host(name)), bounds });
      links.push(link);
      return link;
    };
    return {
      join: async name => hopsOver(name, await open(name)).transport,
      async garbage(to, bytes) {
        const link = await open('mallory');
        const answer = async (): Promise<Uint8Array> => new Uint8Array(0);
        await link.start({ peerId: idOf('mallory'), answer, isDenied: () => false });
        await link.request(idOf(to), bytes);
        await link.stop();
      },
      async end() {
        for (const link of links) await link.stop();
        await (await server).end();
      },
    };
  },
};

function rawBytes(port: number, bytes: Uint8Array): Promise<void> {
  return new Promise(resolve => {
    const socket = createConnection(port, '127.0.0.1', () => socket.end(bytes));
    socket.on('error', () => resolve()).on('close', () => resolve());
    setTimeout(() => socket.destroy(), 500).unref();
  });
}

export const IMPLEMENTATIONS: readonly Implementation[] = [memory, bus, libp2p('tcp'), libp2p('ws'), nats];
/** Why tests of an implementation do not run here. */
export const missing = ({ name }: Implementation): string | undefined =>
  name === nats.name ? noNats : undefined;
