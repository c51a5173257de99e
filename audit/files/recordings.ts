import type { RecordingSource } from '../recording/lines.ts';
import { TRUST_NOBODY } from '../verify/trust.ts';
import type { AuditReport } from '../verify/report.ts';
import { verifyRecordings } from '../verify/verify.ts';
import type { FileFormat, Verification, VerifyFileOptions } from './verification.ts';

export const RECORDING: FileFormat = {
  kind: 'recording',
  isBeginning: head => new TextDecoder().decode(head).startsWith('beryl/recording/'),
  verify: (source, options) => verifyTogether([source], options),
};

/** Recordings of one network: what one of them lacks may be in another. */
export function verifyTogether(
  sources: readonly RecordingSource[],
  { trust = TRUST_NOBODY, checkpoints = [], heads = [], onProgress }: VerifyFileOptions,
): Verification & { readonly claims: AuditReport } {
  const report = verifyRecordings(sources, { trust, checkpoints, heads, ...(onProgress && { onProgress }) });
  const [first] = report.findings;
  const verdict = verdictOf(report);
  const recorders = report.recordings.flatMap(({ recorder, trustedEntries }) =>
    recorder === null
      ? []
      : [{ role: 'recorder' as const, peerId: recorder, name: trustedEntries > 0 ? recorder : null }],
  );
  const peers = new Set(report.particles.flatMap(particle => particle.peers.map(({ peerId }) => peerId)));
  return {
    kind: 'recording',
    verdict,
    ...(verdict === 'invalid' && first && { code: first.name, message: first.message }),
    signers: [
      ...recorders,
      ...[...peers].map(peerId => ({ role: 'peer' as const, peerId, name: trust.peers.get(peerId) ?? null })),
    ],
    warnings: report.notChecked.map(({ count, message }) => `${count} ${message}`),
    claims: report,
  };
}

/** `valid` only if both verdicts are the best one: whoever wants less reads the report. */
function verdictOf({
  content,
  completeness,
}: Pick<AuditReport, 'content' | 'completeness'>): Verification['verdict'] {
  if (content === 'equal' && completeness === 'complete') return 'valid';
  return content === 'equal' || content === 'withheld' || content === 'unknown-key' ? 'unproven' : 'invalid';
}
