import { toHex } from '../../base/bytes.ts';
import { RunError } from '../errors.ts';
import { isPeerId, verifySignature } from '../keys/key-pair.ts';
import type { RecordLog } from './record-log.ts';

/** A peer id must be a strong Ed25519 key: under a weak one a signature fits several messages. @throws {RunError} 12 */
export function verifyKey(peerId: string): void {
  if (!isPeerId(peerId)) {
    throw new RunError(
      'keyInvalid',
      `records are attributed to \`${peerId}\`, which is not the id of an Ed25519 key`,
    );
  }
}

/**
 * A changed, moved, missing or repeated record changes the signed head, and so does a log of another particle or peer.
 *
 * @throws {RunError} 9
 */
export function verifyLogSignature(log: RecordLog): void {
  if (log.isVerified) return;
  const { peerId, head } = log;
  if (verifySignature(peerId, head, log.signature)) return;
  throw new RunError(
    'signatureMismatch',
    `signature of \`${peerId}\` does not cover its log of length ${log.count} in this particle`,
    { peerId, count: log.count, head: toHex(head) },
  );
}

/** An honest peer records each site at most once; with two records it could state two results. @throws {RunError} 14 */
export function verifyOnce(log: RecordLog): void {
  const { repeat, peerId } = log;
  if (repeat === undefined) return;
  const site = log.at(repeat.second).record.site.key;
  throw new RunError('equivocation', `\`${peerId}\` recorded site \`${site}\` twice`, {
    peerId,
    site,
    ...repeat,
  });
}
