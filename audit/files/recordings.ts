import type { RecordingSource } from '../recording/lines.ts';
import { TRUST_NOBODY, type Trust } from '../verify/trust.ts';
import type { AuditReport } from '../verify/report.ts';
import { verifySigned } from '../verify/verify.ts';
import {
  fileSigner,
  revokedIn,
  type FileFormat,
  type FileSigner,
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
  const {
    report,
    times,
    recorders: signed,
  } = verifySigned(sources, {
    trust,
    checkpoints,
    heads,
    ...(onProgress && { onProgress }),
  });
  const [first] = report.findings;
  const verdict = verdictOf(report);
  const lastMs = lastTimes(report, times, trust);
  const endMs = [...lastMs.values()].reduce((last, ms) => Math.max(last, ms), 0);
  const recorders = report.recordings.flatMap(({ recorder }, i): FileSigner[] => {
    const known = signed[i] ?? [];
    if (known.length === 0)
      return recorder === null ? [] : [{ ...fileSigner('recorder', recorder, { trust }, endMs), name: null }];
    return known.map(peerId => ({ ...fileSigner('recorder', peerId, { trust }, endMs), name: peerId }));
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

/** With the init peers whose key has a history: they have signed their particles. */
function lastTimes(
  { particles }: AuditReport,
  times: ReadonlyMap<string, number>,
  { keys }: Trust,
): Map<string, number> {
  const all = new Map(times);
  for (const { timestamp, initPeerId } of particles)
    if (keys?.has(initPeerId) === true) all.set(initPeerId, Math.max(timestamp, all.get(initPeerId) ?? 0));
  return all;
}

/** `valid` only if both verdicts are the best one: the report says how far each one goes. */
function verdictOf({
  content,
  completeness,
}: Pick<AuditReport, 'content' | 'completeness'>): Verification['verdict'] {
  if (content === 'equal' && completeness === 'complete') return 'valid';
  return content === 'equal' || content === 'withheld' || content === 'unknown-key' ? 'unproven' : 'invalid';
}
