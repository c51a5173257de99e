import { concat, utf8 } from '../../base/bytes.ts';

/** What the init peer of a particle signs. */
export interface SignedHeader {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  /** Milliseconds below 2^32. */
  readonly ttl: number;
  readonly script: string;
}

/** Every signature of Beryl is made under a tag: a key that signs particles never signs bytes that another peer chose. */
const DOMAIN = utf8('beryl/particle/2');

/**
 * The signed bytes: `"beryl/particle/2" ‖ utf8(id) ‖ timestamp (u64, little-endian) ‖ ttl (u32, little-endian) ‖ utf8(script)`. The
 * alphabet of ids and the bound on timestamps keep another split of the same bytes from being a particle.
 *
 * @example particleMessage({ id: 'p', timestamp: 0, ttl: 1000, script: '(null)' }).length // 16 + 1 + 8 + 4 + 6
 */
export function particleMessage({ id, timestamp, ttl, script }: SignedHeader): Uint8Array {
  const time = new DataView(new ArrayBuffer(12));
  time.setBigUint64(0, BigInt(timestamp), true);
  time.setUint32(8, ttl, true);
  return concat(DOMAIN, utf8(id), new Uint8Array(time.buffer), utf8(script));
}

/** Bytes of the message before the id. */
export const PARTICLE_TAG_BYTES = DOMAIN.length;
