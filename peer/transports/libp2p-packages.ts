import { LinkError } from './link-error.ts';

const INSTALL =
  'npm install libp2p@3 @libp2p/tcp@11 @libp2p/websockets@10 @libp2p/noise@17 @libp2p/yamux@8 @libp2p/identify@4 ' +
  '@libp2p/ping@3 @libp2p/circuit-relay-v2@4 @libp2p/crypto@5 @libp2p/peer-id@6 @multiformats/multiaddr@13 ws@8';

/**
 * The packages of libp2p, loaded when a link starts.
 *
 * @throws {LinkError} `ERR_LINK_PACKAGES` says what to install.
 */
export async function loadLibp2p() {
  prepareRuntime();
  try {
    const [core, tcp, websockets, noise, yamux, identify, ping, relay, keys, peerId, multiaddr] =
      await Promise.all([
        import('libp2p'),
        import('@libp2p/tcp'),
        import('@libp2p/websockets'),
        import('@libp2p/noise'),
        import('@libp2p/yamux'),
        import('@libp2p/identify'),
        import('@libp2p/ping'),
        import('@libp2p/circuit-relay-v2'),
        import('@libp2p/crypto/keys'),
        import('@libp2p/peer-id'),
        import('@multiformats/multiaddr'),
      ]);
    await prepareWebSocket();
    return { core, tcp, websockets, noise, yamux, identify, ping, relay, keys, peerId, multiaddr };
  } catch (cause) {
    throw new LinkError('ERR_LINK_PACKAGES', `libp2p is not installed: run \`${INSTALL}\``, {}, { cause });
  }
}

/** libp2p needs this from its first import on, and Node 20 does not have it. */
function prepareRuntime(): void {
  const target = Promise as unknown as { withResolvers?: unknown };
  target.withResolvers ??= function withResolvers() {
    const made: Record<string, unknown> = {};
    made['promise'] = new Promise((resolve, reject) => Object.assign(made, { resolve, reject }));
    return made;
  };
}

/** Pages have WebSockets only; the package for TCP says so by throwing. */
export const hasTcp = (): boolean =>
  (globalThis as { process?: { versions?: { node?: string } } }).process?.versions?.node !== undefined;

/** The name is a variable, so that bundlers for browsers do not look for the package. */
const WEB_SOCKET: string = 'ws';

/** Node has no `WebSocket` before version 22; libp2p needs it to dial. */
async function prepareWebSocket(): Promise<void> {
  const target = globalThis as { WebSocket?: unknown };
  target.WebSocket ??= ((await import(WEB_SOCKET)) as { WebSocket: unknown }).WebSocket;
}
