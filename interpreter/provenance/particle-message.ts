import { concat, utf8 } from '../../base/bytes.ts';

/** What the initiator of a particle signs. */
export interface SignedHeader {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  /** Milliseconds below 2^32. */
  readonly ttl: number;
  readonly script: string;
}

/**
 * The signed bytes: `utf8(id) ‖ timestamp (u64, little-endian) ‖ ttl (u32, little-endian) ‖ utf8(script)`, as the ecosystem has
 * it. The alphabet of ids and the bound on timestamps keep another split of the same bytes from being a particle.
 */
export function particleMessage({ id, timestamp, ttl, script }: SignedHeader): Uint8Array {
  const time = new DataView(new ArrayBuffer(12));
  time.setBigUint64(0, BigInt(timestamp), true);
  time.setUint32(8, ttl, true);
  return concat(utf8(id), new Uint8Array(time.buffer), utf8(script));
}
