import type { Completeness, Content, Finding, Gap } from './finding.ts';

export const REPORT_FORMAT = 'beryl/audit-report/1';

/** What an audit found: two verdicts that are never flattened into one, and what they rest on. JSON-representable. */
export interface AuditReport {
  readonly format: typeof REPORT_FORMAT;
  readonly content: Content;
  readonly completeness: Completeness;
  readonly recordings: readonly RecordingReport[];
  readonly particles: readonly ParticleReport[];
  /** The first thousand. */
  readonly findings: readonly Finding[];
  /** How many more there are. */
  readonly moreFindings: number;
  /** Why something is not known to be complete. The first thousand. */
  readonly gaps: readonly Gap[];
  readonly moreGaps: number;
  /** What was not checked, and how often. */
  readonly notChecked: readonly NotChecked[];
}

/** The verdict on one recording file. */
export interface RecordingReport {
  /** Empty if the recording could not be read. */
  readonly origin: string;
  /** What the file says of its recorder: a hint. */
  readonly recorder: string | null;
  readonly content: Content;
  readonly completeness: Completeness;
  readonly entries: number;
  /** Entries under the newest checkpoint that a trusted key signed. */
  readonly trustedEntries: number;
  readonly witnesses: readonly string[];
  /** Entries of each kind. */
  readonly counts: Readonly<Record<string, number>>;
  /** Runs that were run again. */
  readonly rerun: number;
}

/** The verdict on one particle. */
export interface ParticleReport {
  /** Hex: identifies the execution. */
  readonly signature: string;
  readonly id: string;
  readonly initPeerId: string;
  /** When it was started, as the init peer says, milliseconds since 1970. */
  readonly timestamp: number;
  readonly content: Content;
  readonly completeness: Completeness;
  readonly peers: readonly ParticlePeerReport[];
}

/** The verdict on one peer's part of a particle. */
export interface ParticlePeerReport {
  readonly peerId: string;
  /** From the trust file, else from the recording; absent if neither names the peer. */
  readonly name?: string;
  /** `unknown-key` for a peer without a recording. */
  readonly content: Content;
  readonly completeness: Completeness;
  readonly runs: number;
  readonly calls: number;
}

/** What a verification did not check, how often, and why. */
export interface NotChecked {
  readonly name:
    | 'guards'
    | 'rules'
    | 'handlers'
    | 'patches'
    | 'refusals'
    | 'sends'
    | 'expired'
    | 'limits'
    | 'requests'
    | 'withheld'
    | 'runs'
    | 'times'
    | 'init-peers';
  readonly count: number;
  readonly message: string;
}
