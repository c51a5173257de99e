import { utf8 } from '../../base/bytes.ts';
import { AuditError } from '../errors.ts';
import { parseCheckpoint } from '../log/checkpoint.ts';
import { formatProof } from '../log/proof.ts';
import type { Recording } from './recording.ts';

/** One entry that stands alone: its text, and the proof that it is in the log of a checkpoint. */
export interface ProvenEntry {
  /** The leaf's data is the SHA-256 of this text. */
  readonly entry: string;
  /** `c2sp.org/tlog-proof@v1`, with the entry as extra data. */
  readonly proof: string;
}

/**
 * Takes one entry out of a recording, with its proof under the newest checkpoint that covers it and fits.
 *
 * @throws {AuditError} ERR_AUDIT_ENTRY if there is no such entry, or no checkpoint covers it.
 */
export function proveEntry(recording: Recording, n: number): ProvenEntry {
  const at = recording.placeOf(n);
  const covering = recording.checkpoints.findLast(({ entries }) => at !== undefined && at < entries);
  if (at === undefined || covering === undefined)
    throw new AuditError(
      'ERR_AUDIT_ENTRY',
      `no checkpoint covers an entry ${n}: numbers begin at 0, and the last entries of an open recording are not covered yet`,
    );
  const { size } = parseCheckpoint(covering.text).checkpoint;
  if (size !== covering.entries)
    throw new AuditError(
      'ERR_AUDIT_ENTRY',
      `the checkpoint after entry ${n} does not fit: verify the recording`,
    );
  const path = recording.leaves.inclusionProof(at, size);
  const entry = recording.textAt(at);
  return { entry, proof: formatProof({ index: at, path, checkpoint: covering.text, extra: utf8(entry) }) };
}
