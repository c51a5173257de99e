import { CliError } from '../errors.ts';
import type { Config } from './config.ts';

/** What a peer needs beside Beryl, in the versions that Beryl is tested with. */
export const PEER_PACKAGES: readonly string[] = [
  'pino@10',
  'libp2p@3',
  '@libp2p/tcp@11',
  '@libp2p/websockets@10',
  '@libp2p/noise@17',
  '@libp2p/yamux@8',
  '@libp2p/identify@4',
  '@libp2p/ping@3',
  '@libp2p/circuit-relay-v2@4',
  '@libp2p/crypto@5',
  '@libp2p/peer-id@6',
  '@multiformats/multiaddr@13',
  'ws@8',
];

/** For a peer that finds others by itself. */
const KAD_PACKAGE = '@libp2p/kad-dht@16';

/** The same for a peer on a bus. */
const BUS_PACKAGES: readonly string[] = ['pino@10', '@nats-io/transport-node@3', '@nats-io/jetstream@3'];

/**
 * Looks for all packages at once: a person installs them in one go, too.
 *
 * @throws {CliError} `ERR_CLI_PACKAGE` with what to install.
 */
export function requirePackages({ transport, kad }: Config['network']): void {
  const onLibp2p = kad ? [...PEER_PACKAGES, KAD_PACKAGE] : PEER_PACKAGES;
  requireAll(transport === 'nats' ? BUS_PACKAGES : onLibp2p);
}

/** For whatever meets others on a bus. @throws {CliError} `ERR_CLI_PACKAGE`. */
export const requireBusPackages = (): void => requireAll(BUS_PACKAGES);

function requireAll(needed: readonly string[]): void {
  const missing = needed.filter(name => !isThere(name.slice(0, name.lastIndexOf('@'))));
  if (missing.length === 0) return;
  const names = missing.join(' ');
  throw new CliError(
    'ERR_CLI_PACKAGE',
    `a peer needs packages that are not installed: run \`npm install ${names}\``,
  );
}

function isThere(name: string): boolean {
  try {
    import.meta.resolve(name);
    return true;
  } catch {
    return false;
  }
}
