import type { Limits } from '../../interpreter/index.ts';
import { AuditError } from '../errors.ts';
import { parseCheckpoint, type ParsedCheckpoint } from '../log/checkpoint.ts';
import type { RecordingSource } from '../recording/lines.ts';
import { FindingList } from './finding-list.ts';
import { gravest, least, type Completeness, type Content, type Finding } from './finding.ts';
import { compareHeads, compareHistories, type History } from './histories.ts';
import { unreadable } from './line-checks.ts';
import { mergeParticles, signedTimes, type ParticleState } from './participants.ts';
import { RecordingCheck } from './recording-check.ts';
import { NotCheckedList } from './not-checked.ts';
import { REPORT_FORMAT, type AuditReport, type RecordingReport } from './report.ts';
import { LIMITS_MAX } from './rerun.ts';
import { TRUST_NOBODY, type Trust } from './trust.ts';

/** The options of {@link verifyRecordings}. */
export interface VerifyOptions {
  /** Left out: no key is trusted, so no verdict is better than `unknown-key` and `unproven`. */
  readonly trust?: Trust;
  /** Signed checkpoints that the auditor kept elsewhere; each is held against the recording of its origin. */
  readonly checkpoints?: readonly string[];
  /** Signed checkpoints that lie beside the recordings: those of their origins are held against them, others are left alone. */
  readonly heads?: readonly string[];
  /** Work that a run may do at most when it is run again, whatever its recording says. Left out: eight times today's defaults. */
  readonly limitsMax?: Partial<Limits>;
  /** Called now and then with particles done, and all. */
  readonly onProgress?: (done: number, all: number) => void;
}

/**
 * Verifies recordings with nothing but their bytes and the keys that the auditor trusts: numbers and tree, checkpoints, signatures of
 * particles, every run again, every decision against its request and rules.
 *
 * Memory: an index of each recording, and the data of one particle at a time; of several recordings, the newest data of each particle.
 *
 * @throws {AuditError} ERR_RECORDING_FORMAT, ERR_RECORDING_VERSION: a file is not a recording of this format. @throws {LogError} For a
 *   kept checkpoint that is malformed. Anything else is in the report.
 * @spec docs/spec/recording.md#verification
 */
export const verifyRecordings = (
  sources: readonly RecordingSource[],
  options: VerifyOptions = {},
): AuditReport => verifySigned(sources, options).report;

/** A report, and who has signed what it is about. */
export interface SignedReport {
  readonly report: AuditReport;
  /** Peers that ran or signed, with the time of the newest particle of each, milliseconds since 1970, as init peers say. */
  readonly times: ReadonlyMap<string, number>;
  /** By recording: the trusted keys that signed its newest checkpoint, whatever key it names. */
  readonly recorders: readonly (readonly string[])[];
}

/** As {@link verifyRecordings}. */
export function verifySigned(
  sources: readonly RecordingSource[],
  { trust = TRUST_NOBODY, checkpoints = [], heads = [], limitsMax = {}, onProgress }: VerifyOptions = {},
): SignedReport {
  const findings = new FindingList();
  const notChecked = new NotCheckedList();
  const particles = new Map<string, ParticleState>();
  const histories: History[] = [];
  const recorders: (readonly string[])[] = sources.map(() => []);
  const kept = checkpoints.map(parseCheckpoint);
  const pinned = [...kept, ...heads.map(parseCheckpoint)];
  const recordings = sources.map((source, at): RecordingReport => {
    try {
      const check = new RecordingCheck({
        source,
        at,
        isAlone: sources.length === 1,
        trust,
        pinned,
        findings,
        notChecked,
        particles,
        limitsMax: { ...LIMITS_MAX, ...limitsMax },
        onProgress,
      });
      const report = check.check();
      recorders[at] = check.recorders;
      if (sources.length > 1) histories.push(check.history);
      return report;
    } catch (failure) {
      if (!(failure instanceof AuditError) || NO_RECORDING.has(failure.code)) throw failure;
      return nothingRead(failure, at, findings);
    }
  });
  for (const finding of [
    ...compareHistories(histories, trust),
    ...pinnedFindings(pinned, kept, recordings, trust),
  ])
    findings.add(finding);
  const all = mergeParticles(particles, trust, findings);
  const runs = recordings.reduce((sum, { rerun }) => sum + rerun, 0);
  if (runs === 0)
    findings.add({
      content: 'withheld',
      name: 'no-runs',
      message: 'no run could be run again: there is nothing that could be equal',
      recording: 0,
    });
  const report: AuditReport = {
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
  return { report, times: signedTimes(particles.values()), recorders };
}

/** What checkpoints that the auditor has kept say: of each other, and of recordings that are missing. */
function pinnedFindings(
  pinned: readonly ParsedCheckpoint[],
  kept: readonly ParsedCheckpoint[],
  recordings: readonly RecordingReport[],
  trust: Trust,
): Finding[] {
  const forked = compareHeads(pinned, trust).map((origin): Finding => ({
    content: 'equivocation',
    name: 'recorder-equivocation',
    message: `two kept checkpoints of \`${origin}\` have one size and two roots: the recorder signed two histories`,
    recording: Math.max(
      0,
      recordings.findIndex(one => one.origin === origin),
    ),
  }));
  const missing = kept
    .filter(({ checkpoint }) => !recordings.some(({ origin }) => origin === checkpoint.origin))
    .map(({ checkpoint }): Finding => ({
      content: 'tampered',
      name: 'pinned-origin',
      message: `the kept checkpoint is of \`${checkpoint.origin}\`: no recording has this origin`,
      recording: 0,
    }));
  return [...forked, ...missing];
}

/** Nothing is known of these files, not even that they are recordings. */
const NO_RECORDING: ReadonlySet<string> = new Set(['ERR_RECORDING_FORMAT', 'ERR_RECORDING_VERSION']);

function nothingRead(failure: AuditError, recording: number, findings: FindingList): RecordingReport {
  findings.add({ ...unreadable(failure), recording });
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
