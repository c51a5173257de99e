import { toBase64url, utf8 } from '../../../base/bytes.ts';
import { signerOf, type Signer } from '../../../interpreter/index.ts';
import { messageOf } from '../../../services/index.ts';
import { verifyHostBinding } from '../../identity/host-binding.ts';
import { LinkError } from '../link-error.ts';
import { nkeyOf } from './nkey.ts';
import type { NatsHost } from './options.ts';
import { loadNats, type NatsPackages } from './packages.ts';
import { inboxOf } from './subjects.ts';

type Core = NatsPackages['core'];
type JetStream = NatsPackages['jetstream'];

/** A host's connection to its bus. */
export interface Bus {
  readonly host: string;
  readonly signer: Signer;
  readonly packages: NatsPackages;
  readonly connection: Awaited<ReturnType<Core['connect']>>;
  readonly streams: ReturnType<JetStream['jetstream']>;
  readonly manager: Awaited<ReturnType<JetStream['jetstreamManager']>>;
}

const CONNECT_MS = 5000;
/** One request to the server, milliseconds. */
const API_MS = 5000;
/** What servers ask to sign is short text. Nothing that Beryl signs looks like it. */
const NONCE = /^[\w+/=-]{1,128}$/;

/**
 * Connects a host of a peer.
 *
 * @throws {LinkError} `ERR_LINK_PACKAGES`; `ERR_LINK_PEER` if the host was not bound to this peer; `ERR_LINK_LISTEN` if no server lets it in.
 * @throws {IdentityError} If the binding is not in order.
 */
export async function connectBus(peerId: string, options: NatsHost, onClosed?: () => void): Promise<Bus> {
  const signer = signerOf(options.hostKey);
  const { host, peerId: bound } = verifyHostBinding(options.binding, Date.now());
  if (bound !== peerId || host !== signer.peerId)
    throw new LinkError(
      'ERR_LINK_PEER',
      `the binding is of host \`${host}\` to peer \`${bound}\`, this is host \`${signer.peerId}\` of peer \`${peerId}\``,
    );
  const packages = await loadNats();
  const { core, jetstream } = packages;
  try {
    const connection = await core.connect({
      servers: [...options.servers],
      authenticator: nonce => ({ nkey: nkeyOf(host), sig: sign(signer, nonce ?? '') }),
      name: `beryl ${host}`,
      inboxPrefix: inboxOf(host),
      timeout: CONNECT_MS,
      maxReconnectAttempts: -1,
      reconnectTimeWait: 250,
      pingInterval: 5000,
      ...(options.tls && { tls: options.tls }),
    });
    void connection.closed().then(() => onClosed?.());
    const streams = jetstream.jetstream(connection, { timeout: API_MS });
    const manager = await jetstream.jetstreamManager(connection, { timeout: API_MS, checkAPI: false });
    return { host, signer, packages, connection, streams, manager };
  } catch (cause) {
    throw new LinkError(
      'ERR_LINK_LISTEN',
      `cannot use the bus at ${options.servers.join(', ')}: ${messageOf(cause)}`,
      {},
      { cause },
    );
  }
}

function sign(signer: Signer, nonce: string): string {
  if (!NONCE.test(nonce)) throw new Error('the server asks to sign something else than a nonce');
  return toBase64url(signer.sign(utf8(nonce)));
}
