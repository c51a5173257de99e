import { onForget } from '../forget.ts';
import { RecentMap } from '../recent-map.ts';
import type { RecordLog } from './record-log.ts';

/** Estimated memory of a record besides its bytes. */
const RECORD_WEIGHT = 512;

/**
 * Logs that were verified in this process, the newest of each peer and particle. A peer receives the same log each time the particle
 * arrives. A known log saves work; it never changes a verdict.
 */
const recent = new RecentMap<string, RecordLog>(10_000, {
  max: 64 * 1024 * 1024,
  of: log => log.sizeBytes + RECORD_WEIGHT * log.count,
});
onForget(() => recent.clear());

const units: number[] = [];

/** Part of the key of all logs of one particle: its signature with a character for each byte, half as long as in hex. */
export function particleKeyOf(particleSignature: Uint8Array): string {
  units.length = particleSignature.length;
  for (let i = 0; i < units.length; i++) units[i] = particleSignature[i] as number;
  return String.fromCharCode.apply(null, units);
}

export const recentLogOf = (peerId: string, particleKey: string): RecordLog | undefined =>
  recent.get(peerId + particleKey);

/** Call only with a log whose signature was verified. */
export function rememberVerified(log: RecordLog, particleKey: string): void {
  if (log.isVerified) return;
  log.rememberVerified();
  recent.set(log.peerId + particleKey, log);
}
