import { AuditError } from '../errors.ts';
import type { RecordingSource } from '../recording/lines.ts';
import { CHECKPOINT, LOG_PROOF } from './checkpoints.ts';
import { EVIDENCE, PROOF, RECEIPT } from './receipts.ts';
import { RECORDING } from './recordings.ts';
import type { FileFormat, FileKind, Verification, VerifyFileOptions } from './verification.ts';

/** Every kind of file that proves something. A new kind is a row. */
const FORMATS: readonly FileFormat[] = [RECEIPT, EVIDENCE, PROOF, RECORDING, LOG_PROOF, CHECKPOINT];

const HEAD_BYTES = 512;

/** What a file is, by its first bytes. @throws {AuditError} ERR_FILE_KIND if it is nothing that Beryl verifies. */
export function kindOf(source: RecordingSource, formats: readonly FileFormat[] = []): FileKind {
  return formatOf(source, formats).kind;
}

/**
 * Verifies one file of any kind, with nothing but the file and the keys that the auditor names.
 *
 * @throws {AuditError} ERR_FILE_KIND. @throws {BerylError} If the file is damaged, or of another version.
 * @example verifyFile(memorySource(bytes), { trust: parseTrust(text) }).verdict
 */
export function verifyFile(source: RecordingSource, options: VerifyFileOptions = {}): Verification {
  return formatOf(source, options.formats ?? []).verify(source, options);
}

function formatOf(source: RecordingSource, more: readonly FileFormat[]): FileFormat {
  const formats = [...FORMATS, ...more];
  const head = source.read(0, Math.min(source.size, HEAD_BYTES));
  const format = formats.find(one => one.isBeginning(head));
  if (format !== undefined) return format;
  throw new AuditError(
    'ERR_FILE_KIND',
    `this is nothing that Beryl verifies, or it is damaged: it begins like none of ${formats.map(({ kind }) => kind).join(', ')}`,
  );
}
