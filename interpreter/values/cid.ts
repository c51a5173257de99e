import { base32nopad } from '@scure/base';
import { concat, fromHex } from '../../base/bytes.ts';

/** CIDv1, codec json (0x0200), multihash sha2-256 of 32 bytes. */
const PREFIX = Uint8Array.of(0x01, 0x80, 0x04, 0x12, 0x20);

/**
 * Text form of a SHA-256 digest, for people and IPLD tools: CIDv1 in base32, `bagaaiera…`. Inside, digests are bytes or hex.
 *
 * @example cidOf(sha256('"x"')).slice(0, 8) // 'bagaaier'
 */
export function cidOf(digest: Uint8Array | string): string {
  const bytes = typeof digest === 'string' ? (fromHex(digest) ?? new Uint8Array(32)) : digest;
  return `b${base32nopad.encode(concat(PREFIX, bytes)).toLowerCase()}`;
}
