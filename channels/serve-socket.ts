import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import {
  serveChannel,
  type ChannelServer,
  type ServeOptions,
  type ServiceDefinition,
} from '../services/index.ts';
import { assertAddress, LOOPBACK, type SocketAddress } from './socket.ts';
import { streamLink } from './stream-link.ts';

/** A service that listens. See {@link serveSocket}. */
export interface SocketServer {
  readonly status: ChannelServer['status'];
  /** The port on which it listens; `undefined` for a Unix socket. */
  readonly port: number | undefined;
  /** Ends all connections, and listens no longer. */
  close(): Promise<void>;
}

/**
 * Serves a definition on a Unix socket or a port, for hosts that reach it with `socket`.
 *
 * @throws {TypeError} If the address is neither a path nor a port, or an option is mistaken.
 * @throws The error of the platform if it cannot listen there.
 * @example
 * const serviceKeys = await createServiceKeys({ bootstrap });
 * const server = await serveSocket(blog({ authPeer }), { path: '/run/blog.sock' }, { channel: 'blog', keys: serviceKeys });
 */
export async function serveSocket(
  definition: ServiceDefinition,
  address: SocketAddress,
  options: ServeOptions,
): Promise<SocketServer> {
  assertAddress('serveSocket', address);
  const channel = serveChannel(definition, options);
  const server = createServer(stream => {
    stream.setNoDelay(true);
    channel.accept(streamLink(stream, stream, () => stream.destroy()));
  });
  server.listen('path' in address ? { path: address.path } : { host: LOOPBACK, ...address });
  await once(server, 'listening');
  const where = server.address() as AddressInfo | string | null;
  return {
    get status() {
      return channel.status;
    },
    port: typeof where === 'object' ? where?.port : undefined,
    async close() {
      const closed = once(server, 'close');
      server.close();
      channel.close();
      await closed;
    },
  };
}
