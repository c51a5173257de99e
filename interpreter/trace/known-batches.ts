import { equalBytes, toHex } from '../../base/bytes.ts';
import { onForget } from '../forget.ts';
import { encodeBatch } from '../provenance/batch-codec.ts';
import { FIRST_PREVIOUS, type RecordBatch, type RecordChain } from '../provenance/record-batch.ts';
import { RecentMap } from '../recent-map.ts';

/**
 * Batches that were verified in this process, by the head that they follow. A peer meets each of them many times, whenever the
 * particle comes by: those that arrive again, to the byte, are neither decoded nor verified again.
 *
 * A head binds particle, peer and all that came before, so what was verified after a head is verified wherever that head is.
 */
const following = new RecentMap<string, RecordBatch>(10_000, {
  max: 32 * 1024 * 1024,
  of: batch => encodeBatch(batch).length,
});
let verified = new WeakSet<RecordBatch>();
onForget(() => {
  following.clear();
  verified = new WeakSet();
});

/** The verified batch after this head, to compare what arrives with; there may be others. */
export const knownAfter = (
  previous: string,
  particleSignature: Uint8Array,
  peerId: string,
): RecordBatch | undefined => following.get(keyOf(previous, particleSignature, peerId));

/** The first batch of a peer follows nothing that tells whose it is. */
const keyOf = (previous: string, particleSignature: Uint8Array, peerId: string): string =>
  previous === FIRST_PREVIOUS ? `${peerId} ${toHex(particleSignature)}` : previous;

export const isVerified = (batch: RecordBatch): boolean => verified.has(batch);

/** Whether a batch with this head and this very signature was verified, whoever holds it now. */
export function isVerifiedHead(
  { previous, head, signature }: RecordBatch,
  particleSignature: Uint8Array,
  peerId: string,
): boolean {
  const known = knownAfter(previous, particleSignature, peerId);
  return known?.head === head && equalBytes(known.signature, signature);
}

/** To be told of chains only in which everything has been verified. */
export function rememberVerified({ peerId, batches }: RecordChain, particleSignature: Uint8Array): void {
  for (const batch of batches) {
    if (verified.has(batch)) continue;
    verified.add(batch);
    following.set(keyOf(batch.previous, particleSignature, peerId), batch);
  }
}
