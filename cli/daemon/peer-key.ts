import { verifyHostBinding, busSigner, type NatsHost } from '../../peer/index.ts';
import { signerOf, type AsyncSigner, type Signer } from '../../interpreter/index.ts';
import { CliError } from '../errors.ts';
import type { Config } from './config.ts';
import { readHostFile } from './host-file.ts';
import { passphraseOf, readKeyFile } from './key-file.ts';

/** What signs for the peer of a configuration. */
export interface PeerKey {
  readonly signer: Signer | AsyncSigner;
  /** 32 bytes; left out if the key is elsewhere. */
  readonly seed?: Uint8Array;
  close(): void | Promise<void>;
}

/**
 * The key of the peer: from its file, or, with `"signer": "bus"`, from whoever answers on the bus.
 *
 * @param worker Whose host asks the signer, from 0.
 * @throws {CliError | LinkError}
 */
export async function openPeerKey(
  config: Config,
  environment: Readonly<Record<string, string | undefined>>,
  worker = 0,
): Promise<PeerKey> {
  if (config.signer === 'bus') {
    const host = natsHost(config, worker);
    const signer = await busSigner(verifyHostBinding(host.binding, Date.now()).peerId, host);
    return { signer, close: () => signer.close() };
  }
  const { seed } = readKeyFile(config.key).open(passphraseOf(environment));
  return { signer: signerOf(seed), seed, close: () => undefined };
}

/** The id of the peer of a configuration; needs no passphrase. @throws {CliError | IdentityError} */
export function peerIdOfConfig(config: Config): string {
  return config.signer === 'bus'
    ? verifyHostBinding(natsHost(config, 0).binding, Date.now()).peerId
    : readKeyFile(config.key).peerId;
}

/** The host with which a process of a configuration reaches its bus. @throws {CliError} */
export function natsHost({ nats }: Config, number: number): NatsHost {
  const path = nats.hosts[number];
  if (path === undefined)
    throw new CliError(
      'ERR_CLI_CONFIG',
      `worker ${number + 1} needs a host key of its own: make it with \`beryl bus host\`, and add it to \`nats.hosts\``,
    );
  const { hostKey, binding } = readHostFile(path);
  return { servers: nats.servers, hostKey, binding };
}
