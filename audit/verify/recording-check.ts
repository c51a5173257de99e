import { counted } from '../../base/counted.ts';
import type { Limits } from '../../interpreter/index.ts';
import type { ParsedCheckpoint } from '../log/checkpoint.ts';
import type { EntryOf } from '../recording/entry.ts';
import type { RecordingSource } from '../recording/lines.ts';
import type { Recording } from '../recording/recording.ts';
import { checkCheckpoints, type CheckpointReport } from './checkpoints.ts';
import { DecisionChecks } from './decision-checks.ts';
import type { FindingList } from './finding-list.ts';
import type { Completeness, Gap } from './finding.ts';
import { historyOf, type History } from './histories.ts';
import { LineChecks } from './line-checks.ts';
import type { NotCheckedList } from './not-checked.ts';
import { ParticleCheck } from './particle-check.ts';
import type { ParticleState } from './participants.ts';
import { checkPeers } from './peer-checks.ts';
import type { RecordingReport } from './report.ts';
import { checkStructure, endOf, type Located } from './structure.ts';
import type { Trust } from './trust.ts';

export interface RecordingCheckOptions {
  readonly source: RecordingSource;
  /** Which of the recordings this is, from 0. */
  readonly at: number;
  /** No other recording is given. */
  readonly isAlone: boolean;
  readonly trust: Trust;
  /** Checkpoints that the auditor kept elsewhere. */
  readonly pinned: readonly ParsedCheckpoint[];
  readonly findings: FindingList;
  readonly notChecked: NotCheckedList;
  readonly particles: Map<string, ParticleState>;
  readonly limitsMax: Limits;
  readonly onProgress: ((done: number, all: number) => void) | undefined;
}

/** The audit of one recording: its lines, its checkpoints, its peers, and each particle. */
export class RecordingCheck {
  readonly #options: RecordingCheckOptions;
  readonly #lines: LineChecks;
  readonly #recording: Recording;
  readonly #start: EntryOf<'start'> | undefined;
  #recorders: readonly string[] = [];

  /** @throws {AuditError} If the file is not a recording of this format, or a line of it is too long to be read. */
  constructor(options: RecordingCheckOptions) {
    this.#options = options;
    this.#lines = new LineChecks(options.source, found => this.#add(found));
    this.#recording = this.#lines.recording;
    this.#start = this.#recording.find(0, 'start');
  }

  check(): RecordingReport {
    const { trust, pinned, notChecked, at } = this.#options;
    for (const found of checkStructure(this.#recording, this.#lines.index)) this.#add(found);
    this.#lines.checkContent();
    const own = pinned.filter(({ checkpoint }) => checkpoint.origin === this.#start?.origin);
    const heads = checkCheckpoints(this.#recording, this.#start, trust, own);
    for (const found of heads.findings) this.#add(found);
    this.#recorders = heads.recorders;
    const completeness = this.#completeness(heads);
    for (const found of checkPeers(this.#recording, trust, notChecked)) this.#add(found);
    const rerun = this.#checkParticles(heads, completeness);
    this.#lines.addTo(notChecked);
    return {
      origin: this.#start?.origin ?? '',
      recorder: this.#start?.recorder ?? null,
      content: this.#options.findings.contentOf(at),
      completeness,
      entries: this.#recording.size,
      trustedEntries: heads.trustedSize,
      witnesses: heads.witnesses,
      counts: Object.fromEntries(this.#lines.counts),
      rerun,
    };
  }

  /** After {@link check}: the trusted keys that signed the newest checkpoint. */
  get recorders(): readonly string[] {
    return this.#recorders;
  }

  /** The log of the recording, to be held against those of others. */
  get history(): History {
    return historyOf(this.#recording, this.#options.at, this.#start);
  }

  /** @returns How many runs were run again. */
  #checkParticles({ trustedSize }: CheckpointReport, completeness: Completeness): number {
    const { notChecked, onProgress } = this.#options;
    const decisions = new DecisionChecks(this.#recording);
    const check = new ParticleCheck({
      ...this.#options,
      recording: this.#recording,
      decisions,
      addFinding: found => this.#add(found),
      addGap: gap => this.#gap(gap),
    });
    const all = this.#lines.index.places;
    let done = 0;
    for (const [n, places] of all) {
      const isCovered = places.every(place => place < trustedSize);
      check.check(n, places, isCovered ? completeness : 'unproven');
      done += 1;
      if (done % 100 === 0) onProgress?.(done, all.size);
    }
    const { guards, rules, handlers } = decisions.unchecked;
    notChecked.add('guards', guards);
    notChecked.add('rules', rules);
    notChecked.add('handlers', handlers);
    return check.rerun;
  }

  #completeness(heads: CheckpointReport): Completeness {
    for (const gap of heads.gaps) this.#gap(gap);
    const { size, tornBytes } = this.#recording;
    const end = endOf(this.#recording);
    if (tornBytes > 0)
      this.#gap({
        name: 'cut-line',
        message: `the file ends inside a line, after ${counted(tornBytes, 'byte')} of it`,
      });
    if (end === undefined)
      this.#gap({
        name: 'no-end',
        message: 'the recording has no end: the recorder crashed or still writes, or the end was cut off',
      });
    if (heads.trustedSize > 0 && heads.trustedSize < size)
      this.#gap({
        name: 'after-checkpoint',
        message: `entries ${heads.trustedSize} to ${size - 1} are under no checkpoint of a trusted key`,
      });
    if (this.#start?.mode !== 'all')
      this.#gap({ name: 'mode', message: 'only anomalies were recorded: what else happened is not known' });
    if (heads.trustedSize === 0 || this.#start?.mode !== 'all') return 'unproven';
    return end !== undefined && heads.trustedSize === size && tornBytes === 0 ? 'complete' : 'open';
  }

  #add(found: Located): void {
    this.#options.findings.add({ ...found, recording: this.#options.at });
  }

  #gap(gap: Omit<Gap, 'recording'>): void {
    this.#options.findings.addGap({ ...gap, recording: this.#options.at });
  }
}
