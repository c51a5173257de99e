import type { RecordingSource } from '../recording/lines.ts';
import { TRUST_NOBODY, type Trust } from '../verify/trust.ts';
import type { AuditReport } from '../verify/report.ts';
import { verifyRecordings } from '../verify/verify.ts';
import {
  fileSigner,
  revokedIn,
  type FileFormat,
  type Verification,
  type VerifyFileOptions,
} from './verification.ts';

export const RECORDING: FileFormat = {
  kind: 'recording',
  isBeginning: head => new TextDecoder().decode(head).startsWith('beryl/recording/'),
  verify: (source, options) => verifyTogether([source], options),
};

/** Recordings of one network: what is missing in one of them may be in another. */
export function verifyTogether(
  sources: readonly RecordingSource[],
  { trust = TRUST_NOBODY, checkpoints = [], heads = [], onProgress }: VerifyFileOptions,
): Verification & { readonly claims: AuditReport } {
  const report = verifyRecordings(sources, { trust, checkpoints, heads, ...(onProgress && { onProgress }) });
  const [first] = report.findings;
  const verdict = verdictOf(report);
  const lastMs = lastTimes(report, trust);
  const endMs = [...lastMs.values()].reduce((last, ms) => Math.max(last, ms), 0);
  const recorders = report.recordings.flatMap(({ recorder, trustedEntries }) => {
    if (recorder === null) return [];
    const signer = fileSigner('recorder', recorder, { trust }, endMs);
    return [{ ...signer, name: trustedEntries > 0 ? recorder : null }];
  });
  const peers = [...lastMs].map(([peerId, atMs]) => fileSigner('peer', peerId, { trust }, atMs));
  const signers = [...recorders, ...peers];
  const revoked = revokedIn(signers);
  return {
    kind: 'recording',
    verdict: verdict === 'valid' && revoked.warnings.length > 0 ? 'unproven' : verdict,
    ...(verdict === 'invalid' && first && { code: first.name, message: first.message }),
    ...revoked.refusal,
    signers,
    warnings: [...report.notChecked.map(({ count, message }) => `${count} ${message}`), ...revoked.warnings],
    claims: report,
  };
}

/** The time of the newest particle of each peer that took part, as init peers say. Init peers count only if an identity file names their key. */
function lastTimes({ particles }: AuditReport, { keys }: Trust): Map<string, number> {
  const times = new Map<string, number>();
  for (const { timestamp, initPeerId, peers } of particles) {
    const signers = peers.map(({ peerId }) => peerId);
    for (const peerId of keys?.has(initPeerId) === true ? [initPeerId, ...signers] : signers)
      times.set(peerId, Math.max(timestamp, times.get(peerId) ?? 0));
  }
  return times;
}

/** `valid` only if both verdicts are the best one: the report says how far each one goes. */
function verdictOf({
  content,
  completeness,
}: Pick<AuditReport, 'content' | 'completeness'>): Verification['verdict'] {
  if (content === 'equal' && completeness === 'complete') return 'valid';
  return content === 'equal' || content === 'withheld' || content === 'unknown-key' ? 'unproven' : 'invalid';
}
