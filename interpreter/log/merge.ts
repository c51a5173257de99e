import { RunError } from '../errors.ts';
import { rememberVerified } from './known-logs.ts';
import type { RecordLog } from './record-log.ts';
import { verifyKey, verifyLogSignature, verifyOnce } from './verify.ts';

/** One log per peer, by peer id. */
export type Logs = ReadonlyMap<string, RecordLog>;

/**
 * Verifies the arrived logs and merges them with the known ones. Every record in the result was signed by its peer.
 *
 * Of two logs of one peer, one must be a prefix of the other. An arrived log that is not longer holds nothing new: the known log stays,
 * with its own signature. A longer one replaces it. This includes the running peer's own log: a peer that lost its store takes its
 * records back. Two logs that differ prove that their signer signed two histories. Either may be true, so the data is refused.
 *
 * @param known       Trusted.
 * @param particleKey Of the particle, as {@link particleKeyOf} gives it.
 * @throws {RunError} 9, 12, 14: the first violation found.
 * @spec docs/spec/call-record.md#verification
 */
export function mergeLogs(known: Logs, arrived: Logs, particleKey: string): Logs {
  if (arrived.size === 0) return known;
  const merged = new Map(known);
  for (const log of arrived.values()) {
    verifyKey(log.peerId);
    merged.set(log.peerId, mergeLog(known.get(log.peerId), log, particleKey));
  }
  return merged;
}

function mergeLog(known: RecordLog | undefined, arrived: RecordLog, particleKey: string): RecordLog {
  const common = known?.commonWith(arrived) ?? 0;
  if (known !== undefined && common === arrived.count) return known;
  arrived.settle(() => {
    verifyLogSignature(arrived);
    if (known !== undefined && common < known.count) throw parted(arrived.peerId, common);
    verifyOnce(arrived);
    rememberVerified(arrived, particleKey);
  });
  return arrived;
}

/** Signed by the peer itself: a carrier cannot make an honest peer look guilty. */
function parted(peerId: string, index: number): RunError {
  return new RunError(
    'equivocation',
    `\`${peerId}\` signed two different histories: record ${index} exists in two versions`,
    { peerId, index },
  );
}
