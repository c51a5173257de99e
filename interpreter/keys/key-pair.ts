import { concat, fromBase58, toBase58, toHex } from '../../base/bytes.ts';
import { BerylError } from '../../base/error.ts';
import { onForget } from '../forget.ts';
import { RecentMap } from '../recent-map.ts';
import { ed25519, isValidPublicKey, publicKeyOf } from './ed25519.ts';

export type KeyErrorCode = 'ERR_KEY_SEED';

/** A seed that is not 32 bytes. */
export class KeyError extends BerylError<KeyErrorCode> {
  override readonly name = 'KeyError';
}

/**
 * Signs for one peer. Implement it to keep the seed elsewhere: in a key store, in another process. Must be deterministic
 * (Ed25519 is), or runs cannot be replayed.
 */
export interface Signer {
  /** Base58 peer id of the key. */
  readonly peerId: string;
  /** @returns 64 bytes: Ed25519 over exactly these bytes. */
  sign(message: Uint8Array): Uint8Array;
}

/** As {@link Signer}, with a key that is kept elsewhere: in another process, in a device. For peers, and for `prepare` and `finish`. */
export interface AsyncSigner {
  /** Base58 peer id of the key. */
  readonly peerId: string;
  /** @returns 64 bytes: Ed25519 over exactly these bytes. */
  sign(message: Uint8Array): Promise<Uint8Array>;
}

/** Identity multihash of the libp2p protobuf form of an Ed25519 key. */
const PEER_ID_PREFIX = Uint8Array.of(0x00, 0x24, 0x08, 0x01, 0x12, 0x20);
const PEER_ID_LENGTH = 52;

/** Peer id (52 characters, `12D3Koo…`) of a public key of 32 bytes. The id holds the key, so there is no need to look it up. */
export const peerIdOf = (publicKey: Uint8Array): string => toBase58(concat(PEER_ID_PREFIX, publicKey));

/** Keys of peer ids seen lately; `null` for texts that are not peer ids. Strangers send ids, and checking a key is expensive. */
const known = new RecentMap<string, Uint8Array | null>(10_000);

/** The public key (32 bytes) in a peer id; `undefined` if it is not the one spelling of an Ed25519 key. */
export const publicKeyOfPeerId = (peerId: string): Uint8Array | undefined => knownKey(peerId)?.slice();

/** Whether a peer id is the one spelling of an Ed25519 key. */
export const isPeerId = (peerId: string): boolean => knownKey(peerId) !== undefined;

function knownKey(peerId: string): Uint8Array | undefined {
  if (peerId.length !== PEER_ID_LENGTH) return undefined;
  let key = known.get(peerId);
  if (key === undefined) {
    key = readPeerId(peerId) ?? null;
    known.set(peerId, key);
  }
  return key ?? undefined;
}

function readPeerId(peerId: string): Uint8Array | undefined {
  const bytes = fromBase58(peerId);
  if (bytes?.length !== PEER_ID_PREFIX.length + 32) return undefined;
  const key = bytes.subarray(PEER_ID_PREFIX.length);
  // Also compares the prefix.
  return peerIdOf(key) === peerId && isValidPublicKey(key) ? key : undefined;
}

/** Signers that were made here: what they sign is right, so it is not verified. */
const made = new WeakSet<object>();

/** Whether {@link signerOf} has made a signer: it signs at once, and what it signs needs no verification. */
export const isMadeHere = (signer: Signer | AsyncSigner): boolean => made.has(signer);

/** The same signer; `listener` gets each signature (64 bytes), after it was made. */
export function overheard(signer: Signer, listener: (signature: Uint8Array) => void): Signer {
  const { peerId } = signer;
  const sign = (message: Uint8Array): Uint8Array => {
    const signature = signer.sign(message);
    listener(signature);
    return signature;
  };
  const same = Object.freeze({ peerId, sign });
  if (made.has(signer)) made.add(same);
  return same;
}

/** Peer ids of seeds used lately: deriving one costs more than signing. Keyed by the seed, in this process only. */
const signers = new RecentMap<string, Signer>(256);
onForget(() => {
  known.clear();
  signers.clear();
});

/**
 * @param seed 32 bytes, the secret.
 * @throws {KeyError} ERR_KEY_SEED for any other length.
 * @example signerOf(new Uint8Array(32).fill(1)).peerId.slice(0, 4) // '12D3'
 */
export function signerOf(seed: Uint8Array): Signer {
  if (seed.length !== 32) {
    throw new KeyError('ERR_KEY_SEED', `a secret key is a seed of 32 bytes, got \`${seed.length}\``);
  }
  const id = toHex(seed);
  const found = signers.get(id);
  if (found !== undefined) return found;
  const secret = Uint8Array.from(seed);
  // Frozen: everybody with the same seed gets this one.
  const signer: Signer = Object.freeze({
    peerId: peerIdOf(publicKeyOf(secret)),
    sign: (message: Uint8Array) => ed25519.sign(secret, message),
  });
  made.add(signer);
  signers.set(id, signer);
  return signer;
}

/**
 * Whether the peer signed exactly these bytes. False if the id is not a peer id or the signature has not 64 bytes.
 *
 * @example verifySignature('no peer id', new Uint8Array(), new Uint8Array(64)) // false
 */
export function verifySignature(peerId: string, message: Uint8Array, signature: Uint8Array): boolean {
  const key = knownKey(peerId);
  return key !== undefined && ed25519.verify(key, message, signature);
}
