import { toHex } from '../../base/bytes.ts';
import { onForget } from '../forget.ts';
import { RecentMap } from '../recent-map.ts';
import type { RecordLog } from './record-log.ts';

/** About what a record takes in memory beside its bytes. */
const RECORD_WEIGHT = 512;

/**
 * Logs that were verified in this process, the newest of each peer and particle. A peer meets each of them many times, whenever the
 * particle comes by. What is known of them saves work; it never changes a verdict.
 */
const recent = new RecentMap<string, RecordLog>(10_000, {
  max: 64 * 1024 * 1024,
  of: log => log.sizeBytes + RECORD_WEIGHT * log.count,
});
onForget(() => recent.clear());

/** Part of the key of all logs of one particle. */
export const particleKeyOf = (particleSignature: Uint8Array): string => toHex(particleSignature);

export const recentLogOf = (peerId: string, particleKey: string): RecordLog | undefined =>
  recent.get(peerId + particleKey);

/** Call only with a log whose signature was verified. */
export function rememberVerified(log: RecordLog, particleKey: string): void {
  if (log.isVerified) return;
  log.rememberVerified();
  recent.set(log.peerId + particleKey, log);
}
