import { toHex } from '../../base/bytes.ts';
import { sha256Hex } from '../platform.ts';
import { onForget } from '../forget.ts';
import { RecentMap } from '../recent-map.ts';
import { decodeData, encodeData } from './codec.ts';
import type { Data } from './data.ts';

/**
 * Data decoded or encoded lately, by its hash. What a peer wrote in one run comes back as the previous data of the next, and one
 * message often arrives twice: neither needs to be decoded again. Decoded data holds no bytes that anybody else can change.
 */
const recent = new RecentMap<string, Known>(64, {
  max: 16 * 1024 * 1024,
  of: ({ sizeBytes }) => sizeBytes,
});
onForget(() => recent.clear());
/** Larger data is decoded each time. Strangers fill the cache, and decoded data takes up to twenty times the memory of its bytes. */
const CACHED_BYTES_MAX = 4 * 1024 * 1024;

interface Known {
  readonly data: Data;
  readonly sizeBytes: number;
}

const keyOf = (bytes: Uint8Array, particleSignature: Uint8Array): string =>
  sha256Hex(bytes) + toHex(particleSignature);

/** As {@link decodeData}. @throws {RunError} */
export function decodeRecent(
  bytes: Uint8Array,
  particleSignature: Uint8Array,
  which: string,
  known?: Data,
): Data {
  if (bytes.length === 0 || bytes.length > CACHED_BYTES_MAX)
    return decodeData(bytes, particleSignature, which, known);
  const key = keyOf(bytes, particleSignature);
  const found = recent.get(key);
  if (found !== undefined) return found.data;
  const data = decodeData(bytes, particleSignature, which, known);
  recent.set(key, { data, sizeBytes: bytes.length });
  return data;
}

/** As {@link encodeData}; remembers what the bytes mean. */
export function encodeRecent(data: Data, particleSignature: Uint8Array): Uint8Array {
  const bytes = encodeData(data);
  if (bytes.length <= CACHED_BYTES_MAX)
    recent.set(keyOf(bytes, particleSignature), { data, sizeBytes: bytes.length });
  return bytes;
}
