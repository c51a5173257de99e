import { ByteBuffer } from '../../base/byte-buffer.ts';
import { utf8 } from '../../base/bytes.ts';
import { sha256 } from '../platform.ts';

const DOMAIN = utf8('beryl/log/2');
const preimage = new ByteBuffer(512, 4096);

/**
 * What a peer signs, 32 bytes: `SHA-256("beryl/log/2" ‖ particle signature (64) ‖ peer id (52) ‖ number of records (u64, big-endian) ‖
 * root (32))`.
 *
 * All parts have a fixed length, so the concatenation is unambiguous. The particle signature binds the records to one particle, the
 * peer id to one peer, the number and the root to one list of records.
 *
 * @spec docs/spec/call-record.md#heads
 */
export function headOf(
  particleSignature: Uint8Array,
  peerId: string,
  count: number,
  root: Uint8Array,
): Uint8Array {
  preimage.clear();
  preimage.raw(DOMAIN);
  preimage.raw(particleSignature);
  preimage.utf8(peerId);
  preimage.uint64(count);
  preimage.raw(root);
  return sha256(preimage.view());
}
