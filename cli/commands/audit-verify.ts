import { verifyRecordings, type AuditReport } from '../../audit/index.ts';
import { reportText } from '../audit/report-text.ts';
import { readTrust, type TrustOptions } from '../audit/trust-files.ts';
import { progressOf } from '../audit/progress.ts';
import { ExitCode } from '../errors.ts';
import { openRecordingFile, readText } from '../files.ts';
import type { Output } from '../output.ts';

export interface AuditVerifyOptions extends TrustOptions {
  readonly checkpoint?: readonly string[];
  readonly json?: boolean;
}

/** `beryl audit verify <recording>…`: says what recordings prove to somebody who trusts only the keys that they name. */
export function auditVerifyCommand(
  paths: readonly string[],
  options: AuditVerifyOptions,
  output: Output,
): ExitCode {
  const trust = readTrust(options);
  const checkpoints = (options.checkpoint ?? []).map(path => readText(path, 'trust'));
  const sources = paths.map(openRecordingFile);
  const progress = progressOf('particles verified');
  const report = verifyRecordings(sources, { trust, checkpoints, onProgress: progress.show });
  progress.end();
  for (const source of sources) source.close();
  if (options.json === true) output.json(report);
  else output.list(reportText(report, paths));
  return exitCodeOf(report);
}

/** Success only if both verdicts are the best one: whoever wants less reads the report. */
function exitCodeOf({ content, completeness }: Pick<AuditReport, 'content' | 'completeness'>): ExitCode {
  if (content === 'withheld' || content === 'equal')
    return content === 'equal' && completeness === 'complete' ? ExitCode.ok : ExitCode.unproven;
  return content === 'unknown-key' ? ExitCode.unproven : ExitCode.refused;
}
