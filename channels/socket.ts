import { connect } from 'node:net';
import { ChannelError, type ChannelConnector, type ChannelLink } from '../services/index.ts';
import { streamLink } from './stream-link.ts';

/** Where a service listens: a Unix socket, or a port. */
export type SocketAddress =
  | { readonly path: string }
  | {
      readonly port: number;
      /** Left out: `127.0.0.1`. A channel proves messages and does not hide them: over a network, put it into a tunnel. */
      readonly host?: string;
    };

/**
 * A service that listens on a socket. It keeps its key while it runs, and asks for a new one-time key only if it has lost it.
 *
 * @throws {TypeError} If the address is neither a path nor a port.
 * @example const connector = socket({ path: '/run/orders.sock' });
 */
export function socket(address: SocketAddress): ChannelConnector {
  assertAddress('socket', address);
  return { needsBootstrap: false, open: () => dial(address) };
}

/** @throws {TypeError} If it is neither a path nor a port. */
export function assertAddress(where: string, address: SocketAddress): void {
  const { path, port, host, ...others } = Object(address) as Record<string, unknown>;
  const isPath = typeof path === 'string' && path !== '' && port === undefined && host === undefined;
  const isPort =
    Number.isInteger(port) &&
    (port as number) >= 0 &&
    (port as number) < 65536 &&
    (host === undefined || typeof host === 'string') &&
    path === undefined;
  if ((!isPath && !isPort) || Object.keys(others).length > 0)
    throw new TypeError(`${where}: expected { path } or { port, host }`);
}

export const LOOPBACK = '127.0.0.1';

const addressText = (address: SocketAddress): string =>
  'path' in address ? address.path : `${address.host ?? LOOPBACK}:${address.port}`;

function dial(address: SocketAddress): Promise<ChannelLink> {
  return new Promise((resolve, reject) => {
    const stream = connect('path' in address ? { path: address.path } : { host: LOOPBACK, ...address });
    stream.once('error', cause =>
      reject(
        new ChannelError(
          'ERR_CHANNEL_DOWN',
          `no service listens on \`${addressText(address)}\`: ${cause.message}`,
          {},
          { cause },
        ),
      ),
    );
    stream.once('connect', () => {
      stream.setNoDelay(true);
      resolve(streamLink(stream, stream, () => stream.destroy()));
    });
  });
}
