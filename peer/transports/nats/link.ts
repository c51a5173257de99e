import { checkOptions, hasShape, isCount, isIterable, required, shown } from '../../../base/options.ts';
import { messageOf } from '../../../services/index.ts';
import { LinkError } from '../link-error.ts';
import type { Link, LinkHost, LinkReply } from '../link.ts';
import { connectBus, type Bus } from './connection.ts';
import { type NatsHost, type NatsBounds, DEFAULT_NATS_BOUNDS } from './options.ts';
import { FrameReceiver, FrameSender, openFrameStream } from './frames.ts';

/** What a link over NATS needs. */
export interface NatsOptions extends NatsHost {
  readonly bounds?: Partial<NatsBounds>;
}

const isBytes = (value: unknown): string | undefined =>
  value instanceof Uint8Array ? undefined : `bytes, found ${shown(value)}`;

const NATS_HOST = {
  servers: required(isIterable),
  hostKey: required(isBytes),
  binding: required(isBytes),
  tls: hasShape({ ca: () => undefined, cert: () => undefined, key: () => undefined }),
};

/**
 * A link over NATS JetStream. Each peer has a stream of the frames that are sent to it; who published a frame stands in its subject,
 * and the server lets each host publish in the name of its own peer only. Needs the packages of NATS, which it loads when it starts,
 * and a server with `natsServerConfig`.
 *
 * @throws {TypeError} If an option is missing, misspelt or of the wrong kind.
 * @example createPeer({ secretKey, link: natsLink({ servers: ['127.0.0.1:4222'], hostKey, binding }) })
 */
export function natsLink(options: NatsOptions): Link {
  checkOptions('natsLink', options, {
    ...NATS_HOST,
    bounds: hasShape(Object.fromEntries(Object.keys(DEFAULT_NATS_BOUNDS).map(name => [name, isCount]))),
  });
  return new BusLink(options);
}

class BusLink implements Link {
  readonly #options: NatsOptions;
  readonly #bounds: NatsBounds;
  #bus: Bus | undefined;
  #host: LinkHost | undefined;
  #sender: FrameSender | undefined;
  #receiver: FrameReceiver | undefined;

  constructor(options: NatsOptions) {
    this.#options = options;
    this.#bounds = { ...DEFAULT_NATS_BOUNDS, ...options.bounds };
  }

  async start(host: LinkHost): Promise<void> {
    const { peerId } = host;
    this.#host = host;
    const bus = await connectBus(peerId, this.#options);
    this.#bus = bus;
    try {
      await openFrameStream(bus, peerId, this.#bounds, false);
      this.#sender = new FrameSender(bus, peerId, this.#bounds);
      this.#receiver = new FrameReceiver(bus, host, this.#bounds);
      await this.#receiver.start();
    } catch (cause) {
      await this.stop();
      throw new LinkError('ERR_LINK_LISTEN', `the bus does not work: ${messageOf(cause)}`, {}, { cause });
    }
  }

  async request(to: string, frame: Uint8Array): Promise<LinkReply> {
    if (this.#sender === undefined)
      return { ok: false, kind: 'transient', reason: 'the link is not started' };
    if (this.#host?.isDenied(to) === true)
      return { ok: false, kind: 'permanent', reason: `\`${to}\` is on the deny list` };
    return this.#sender.request(to, frame);
  }

  /** There are no connections between peers: what a denied peer has published is dropped when its turn comes. */
  disconnect(): void {}

  async stop(): Promise<void> {
    const [bus, sender, receiver] = [this.#bus, this.#sender, this.#receiver];
    this.#bus = this.#sender = this.#receiver = undefined;
    sender?.stop();
    receiver?.stop();
    // What was published is sent before the connection ends, if the server is there.
    await Promise.race([bus?.connection.flush(), bus?.connection.closed()]).catch(() => undefined);
    await bus?.connection.close();
  }
}
