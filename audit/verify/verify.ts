import type { Limits } from '../../interpreter/index.ts';
import { AuditError } from '../errors.ts';
import { parseCheckpoint } from '../log/checkpoint.ts';
import type { RecordingSource } from '../recording/lines.ts';
import { FindingList } from './finding-list.ts';
import { gravest, least, type Completeness, type Content } from './finding.ts';
import { mergeParticles, type ParticleState } from './participants.ts';
import { RecordingCheck } from './recording-check.ts';
import { NotCheckedList } from './not-checked.ts';
import { REPORT_FORMAT, type AuditReport, type RecordingReport } from './report.ts';
import { LIMITS_MAX } from './rerun.ts';
import { TRUST_NOBODY, type Trust } from './trust.ts';

export interface VerifyOptions {
  /** Left out: nobody is trusted, so nothing can be better than `unknown-key` and `unproven`. */
  readonly trust?: Trust;
  /** Signed checkpoints that the auditor kept elsewhere; each is held against the recording of its origin. */
  readonly checkpoints?: readonly string[];
  /** Work that a run may do at most when it is run again, whatever its recording says. Left out: eight times today's defaults. */
  readonly limitsMax?: Partial<Limits>;
  /** Called now and then with particles done, and all. */
  readonly onProgress?: (done: number, all: number) => void;
}

/**
 * Verifies recordings with nothing but their bytes and the keys that the auditor trusts: numbers and tree, checkpoints, signatures of
 * particles, every run again, every decision against its request and rules.
 *
 * Memory: an index of each recording, and the data of one particle at a time.
 *
 * @throws {AuditError} ERR_RECORDING_FORMAT, ERR_RECORDING_VERSION: a file is not a recording of this format. @throws {LogError} For a
 *   kept checkpoint that is none. Anything else is in the report.
 * @spec docs/spec/recording.md#verification
 */
export function verifyRecordings(
  sources: readonly RecordingSource[],
  { trust = TRUST_NOBODY, checkpoints = [], limitsMax = {}, onProgress }: VerifyOptions = {},
): AuditReport {
  const findings = new FindingList();
  const notChecked = new NotCheckedList();
  const particles = new Map<string, ParticleState>();
  const pinned = checkpoints.map(parseCheckpoint);
  const recordings = sources.map((source, at): RecordingReport => {
    try {
      return new RecordingCheck({
        source,
        at,
        trust,
        pinned,
        findings,
        notChecked,
        particles,
        limitsMax: { ...LIMITS_MAX, ...limitsMax },
        onProgress,
      }).check();
    } catch (failure) {
      if (!(failure instanceof AuditError) || NO_RECORDING.has(failure.code)) throw failure;
      return unreadable(failure, at, findings);
    }
  });
  for (const { checkpoint } of pinned)
    if (!recordings.some(({ origin }) => origin === checkpoint.origin))
      findings.add({
        content: 'tampered',
        name: 'pinned-origin',
        message: `the kept checkpoint is of \`${checkpoint.origin}\`, of which there is no recording`,
        recording: 0,
      });
  const all = mergeParticles(particles, trust, findings);
  const runs = recordings.reduce((sum, { rerun }) => sum + rerun, 0);
  if (runs === 0)
    findings.add({
      content: 'withheld',
      name: 'no-runs',
      message: 'no run could be run again: there is nothing that could be equal',
      recording: 0,
    });
  return {
    format: REPORT_FORMAT,
    content: findings.content,
    completeness: least([
      ...recordings.map(({ completeness }) => completeness),
      ...(findings.isMissingPeers ? (['unproven'] as const) : []),
      ...(runs === 0 ? (['unproven'] as const) : []),
    ]),
    recordings: recordings.map((recording, at) => ({
      ...recording,
      content: gravest([recording.content, findings.contentOf(at)]),
    })),
    particles: all,
    findings: findings.listed,
    moreFindings: findings.more,
    gaps: findings.gaps,
    moreGaps: findings.moreGaps,
    notChecked: notChecked.all(),
  };
}

/** Nothing is known of these files, not even that they are recordings. */
const NO_RECORDING: ReadonlySet<string> = new Set(['ERR_RECORDING_FORMAT', 'ERR_RECORDING_VERSION']);

function unreadable(
  { code, message, details }: AuditError,
  recording: number,
  findings: FindingList,
): RecordingReport {
  const { line } = details as { line?: number };
  const name = `${code.split('_').at(-1)?.toLowerCase() ?? ''}-malformed`;
  findings.add({ content: 'malformed', name, message, recording, ...(line !== undefined && { line }) });
  const [content, completeness]: [Content, Completeness] = ['malformed', 'unproven'];
  return {
    origin: '',
    recorder: null,
    content,
    completeness,
    entries: 0,
    trustedEntries: 0,
    witnesses: [],
    counts: {},
    rerun: 0,
  };
}
