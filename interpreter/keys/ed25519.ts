import * as ed from '@noble/ed25519';
import { sha512 } from '@noble/hashes/sha2.js';
import { concat, equalBytes, fromHex, toBase64url, toHex } from '../../base/bytes.ts';
import { nativeCrypto } from '../platform.ts';
import { RecentMap } from '../recent-map.ts';

/**
 * Ed25519 with one accepted set of signatures on every platform.
 *
 * Implementations disagree on hostile keys and signatures, and a verdict that peers must share cannot depend on the platform. The
 * rule here: keys are canonical encodings of points that are not of small order; R is not of small order; S is below the group order L;
 * k is reduced modulo L before it is multiplied; and R equals S·B − k·A byte for byte (no cofactor). Native implementations check the
 * equation that way. What some of them let through about keys and R (Node 24 refuses small order, Node 20 and 22 do not) is checked by
 * us. Whether k is reduced first matters for keys of mixed order only: there it decides.
 *
 * @spec docs/spec/call-record.md#signatures
 */
export interface Ed25519 {
  /** @returns 32 bytes. */
  publicKeyOf(seed: Uint8Array): Uint8Array;
  /** @returns 64 bytes. */
  sign(seed: Uint8Array, message: Uint8Array): Uint8Array;
  /** The key must have passed {@link isValidPublicKey}. */
  verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean;
}

ed.hashes.sha512 = sha512;

const ORDER = ed.Point.CURVE().n;

/** Whether a signature under this key can fit one message only: canonical encoding, on the curve, not of small order. */
export function isValidPublicKey(publicKey: Uint8Array): boolean {
  try {
    return !ed.Point.fromBytes(publicKey, false).isSmallOrder();
  } catch {
    return false;
  }
}

/** The points of small order: y as it is encoded, without the bit for the sign of x. */
const SMALL_ORDER_YS = [
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
].map(hex => fromHex(hex) as Uint8Array);

/** 64 bytes, of which the first half is not a point of small order: an honest signer never produces one. */
const isWellFormed = (signature: Uint8Array): boolean =>
  signature.length === 64 && !SMALL_ORDER_YS.some(y => y.every((byte, i) => byte === rByte(signature, i)));

const rByte = (signature: Uint8Array, i: number): number =>
  i === 31 ? (signature[i] as number) & 0x7f : (signature[i] as number);

/** For browsers, and to hold the native one against. */
export const portable: Ed25519 = {
  publicKeyOf: seed => ed.getPublicKey(seed),

  sign: (seed, message) => ed.sign(message, seed),

  verify(publicKey, message, signature) {
    if (!isWellFormed(signature)) return false;
    const r = signature.subarray(0, 32);
    const s = littleEndian(signature.subarray(32));
    if (s >= ORDER) return false;
    const k = littleEndian(sha512.create().update(r).update(publicKey).update(message).digest()) % ORDER;
    const key = ed.Point.fromBytes(publicKey, false);
    const difference = times(ed.Point.BASE, s).add(times(key, k).negate());
    return equalBytes(difference.toBytes(), r);
  },
};

/** What stands before the seed in a private key of PKCS #8 (RFC 8410). */
const PKCS8_PREFIX = fromHex('302e020100300506032b657004220420') as Uint8Array;

/** Key objects are kept: importing a key costs about as much as using it. */
const PUBLIC_KEYS_MAX = 1024;
/** Fewer, since they are secrets: a seed that is no longer used should not stay in memory for long. */
const SECRET_KEYS_MAX = 256;

function createNative(crypto: NonNullable<typeof nativeCrypto>): Ed25519 {
  const publicKeys = new RecentMap<string, object>(PUBLIC_KEYS_MAX);
  const secretKeys = new RecentMap<string, object>(SECRET_KEYS_MAX);

  const publicKeyObject = (publicKey: Uint8Array): object =>
    remembered(publicKeys, toHex(publicKey), () =>
      crypto.createPublicKey({
        key: { kty: 'OKP', crv: 'Ed25519', x: toBase64url(publicKey) },
        format: 'jwk',
      }),
    );
  const secretKeyObject = (seed: Uint8Array): object =>
    remembered(secretKeys, toHex(seed), () =>
      crypto.createPrivateKey({ key: concat(PKCS8_PREFIX, seed), format: 'der', type: 'pkcs8' }),
    );

  // The portable way computes a table of points on its first use, which takes longer than everything else a first run does.
  const publicKeyOf = (seed: Uint8Array): Uint8Array => {
    const spki = crypto.createPublicKey(secretKeyObject(seed)).export({ format: 'der', type: 'spki' });
    // The key is the end of its DER form.
    return new Uint8Array(spki.slice(-32));
  };

  return {
    publicKeyOf,
    sign: (seed, message) => new Uint8Array(crypto.sign(null, message, secretKeyObject(seed))),
    verify: (publicKey, message, signature) =>
      isWellFormed(signature) && crypto.verify(null, message, publicKeyObject(publicKey), signature),
  };
}

function remembered<T extends object>(known: RecentMap<string, T>, key: string, make: () => T): T {
  const found = known.get(key);
  if (found !== undefined) return found;
  const made = make();
  known.set(key, made);
  return made;
}

export const native: Ed25519 | undefined = nativeCrypto && createNative(nativeCrypto);

export const ed25519: Ed25519 = native ?? portable;

/** @returns 32 bytes. */
export const publicKeyOf = (seed: Uint8Array): Uint8Array => ed25519.publicKeyOf(seed);

function littleEndian(bytes: Uint8Array): bigint {
  return BigInt(`0x${toHex(bytes.toReversed())}`);
}

/** Public data only, so the time may depend on it. */
const times = (point: ed.Point, scalar: bigint): ed.Point =>
  scalar === 0n ? ed.Point.ZERO : point.multiply(scalar, false);
