import { verifySignature, type AsyncSigner, type Signer } from '../../interpreter/index.ts';
import { IdentityError } from './errors.ts';
import { encodeSigned, readSigned, signedBytes, type TwiceSigned } from './twice-signed.ts';

/** A peer says: this host acts for me on a message bus, in this time. */
export interface HostBinding {
  readonly peerId: string;
  /** The host's own key, written as a peer id. */
  readonly host: string;
  /** Milliseconds since 1970. */
  readonly fromMs: number;
  /** Milliseconds since 1970: the last moment. */
  readonly untilMs: number;
}

const PEER_ID_BYTES_MAX = 128;
const BINDING: TwiceSigned<HostBinding> = {
  tag: 'beryl/host/1',
  what: 'binding of a host',
  fields: 4,
  write(writer, { peerId, host, fromMs, untilMs }) {
    writer.text(peerId);
    writer.text(host);
    writer.uint(fromMs);
    writer.uint(untilMs);
  },
  read: reader => ({
    peerId: reader.text(PEER_ID_BYTES_MAX),
    host: reader.text(PEER_ID_BYTES_MAX),
    fromMs: reader.uint(),
    untilMs: reader.uint(),
  }),
};

/**
 * Binds a host's key to a peer. Both sign: a peer cannot claim the host of another.
 *
 * @throws {TypeError} If the host has the key of the peer: a bus would then have the peer's key sign what the bus chooses.
 * @spec docs/spec/identity.md#hosts
 * @example const binding = await signHostBinding(signerOf(peerSeed), signerOf(hostSeed), { fromMs: 0, untilMs: 4e12 });
 */
export async function signHostBinding(
  peer: Signer | AsyncSigner,
  host: Signer,
  { fromMs, untilMs }: Pick<HostBinding, 'fromMs' | 'untilMs'>,
): Promise<Uint8Array> {
  if (peer.peerId === host.peerId)
    throw new TypeError('signHostBinding: a host needs a key of its own, not the key of its peer');
  const binding = { peerId: peer.peerId, host: host.peerId, fromMs, untilMs };
  const message = signedBytes(BINDING, binding);
  return encodeSigned(BINDING, binding, [await peer.sign(message), host.sign(message)]);
}

/**
 * Verifies a binding: its form, both signatures, its time.
 *
 * @param nowMs Milliseconds since 1970.
 * @throws {IdentityError} `ERR_IDENTITY_MALFORMED`, `ERR_IDENTITY_SIGNATURE`, `ERR_IDENTITY_TIME`.
 * @spec docs/spec/identity.md#hosts
 * @example const { peerId, host } = verifyHostBinding(binding, Date.now());
 */
export function verifyHostBinding(bytes: Uint8Array, nowMs: number): HostBinding {
  const {
    value: binding,
    signatures: [byPeer, byHost],
  } = readSigned(BINDING, bytes);
  const { peerId, host, fromMs, untilMs } = binding;
  const message = signedBytes(BINDING, binding);
  if (peerId === host || !verifySignature(peerId, message, byPeer) || !verifySignature(host, message, byHost))
    throw new IdentityError(
      'ERR_IDENTITY_SIGNATURE',
      `the binding of host \`${host}\` is not signed by it and by \`${peerId}\``,
    );
  if (nowMs < fromMs || nowMs > untilMs)
    throw new IdentityError(
      'ERR_IDENTITY_TIME',
      `the binding of host \`${host}\` does not hold now: make a new one, and compare the clocks`,
    );
  return binding;
}
