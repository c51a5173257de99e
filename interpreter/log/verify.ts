import { toHex } from '../../base/bytes.ts';
import { RunError } from '../errors.ts';
import { publicKeyOfPeerId, verifySignature } from '../keys/key-pair.ts';
import type { RecordLog } from './record-log.ts';

/** A peer id must be an Ed25519 key under which a signature fits one message only. @throws {RunError} 12 */
export function verifyKey(peerId: string): void {
  if (publicKeyOfPeerId(peerId) === undefined) {
    throw new RunError(
      'keyInvalid',
      `records are attributed to \`${peerId}\`, which is not the id of an Ed25519 key`,
    );
  }
}

/**
 * Changing, moving, leaving out or repeating a record, or using a log of another particle or peer, changes the head under the signature.
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

/** An honest peer records each site at most once: two records would allow it to state two results. @throws {RunError} 14 */
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
