import { sha256Hex } from '../platform.ts';
import { onForget } from '../forget.ts';
import { particleKeyOf } from '../log/known-logs.ts';
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
/** A run of larger data keeps views of the bytes that it got: until it ends, they must not change. */
export const isSharedWithCaller = (bytes: Uint8Array): boolean => bytes.length > CACHED_BYTES_MAX;

/** Larger data is decoded each time. Strangers fill the cache, and decoded data takes up to twenty times the memory of its bytes. */
const CACHED_BYTES_MAX = 4 * 1024 * 1024;

interface Known {
  readonly data: Data;
  /** Of the same bytes in two particles, the later is remembered. */
  readonly particleKey: string;
  readonly sizeBytes: number;
}

/** As {@link decodeData}. @throws {RunError} */
export function decodeRecent(
  bytes: Uint8Array,
  particleSignature: Uint8Array,
  which: string,
  known?: Data,
  particleKey = particleKeyOf(particleSignature),
): Data {
  if (bytes.length === 0) return decodeData(bytes, particleSignature, which);
  if (bytes.length > CACHED_BYTES_MAX)
    return decodeData(bytes, particleSignature, which, known, particleKey, true);
  const hash = sha256Hex(bytes);
  const found = recent.get(hash);
  if (found?.particleKey === particleKey) return found.data;
  const data = decodeData(bytes, particleSignature, which, known, particleKey);
  recent.set(hash, { data, particleKey, sizeBytes: bytes.length });
  return data;
}

/** As {@link encodeData}; remembers what the bytes mean. */
export function encodeRecent(data: Data, particleKey: string): Uint8Array {
  const bytes = encodeData(data);
  if (bytes.length <= CACHED_BYTES_MAX)
    recent.set(sha256Hex(bytes), { data, particleKey, sizeBytes: bytes.length });
  return bytes;
}
