/**
 * `beryl/audit`: what happened, provably, later: recordings that are transparency logs, and their verification.
 *
 * @packageDocumentation
 */
export { AuditError, type AuditErrorCode } from './errors.ts';
export { Recorder } from './recorder/recorder.ts';
export type { RecordedPeer, RecorderOptions } from './recorder/options.ts';
export type { PeerRules } from './recorder/rules.ts';
export { MemorySink, type RecordingSink } from './recorder/sink.ts';
export { fileSink, fileSource, type FileSink, type FileSource } from './recording/file.ts';
export { memorySource, RECORDING_FORMAT, type RecordingSource } from './recording/lines.ts';
export type { ContentRole, Entry, EntryKind, EntryOf } from './recording/entry.ts';
export { redact, VALUE_ROLES, type Redaction } from './recording/redact.ts';
export { proveEntry, type ProvenEntry } from './recording/prove-entry.ts';
export { Recording } from './recording/recording.ts';
export {
  openRecording,
  particleOf,
  particlesOf,
  replay,
  steps,
  type Difference,
  type OpenRecording,
  type RecordedStep,
  type ReplayVerdict,
} from './replay.ts';

export type { ParticleEntries } from './verify/rerun.ts';
export { callsOf, callsOfParticle, type CallFilter, type RecordedCall } from './query/calls.ts';
export { diffOf, type CallDifference, type DiffSide, type ParticleDifference } from './query/diff.ts';
export {
  nameOf,
  particleList,
  timelineOf,
  type RecordedParticle,
  type TimelineEvent,
} from './query/timeline.ts';
export {
  lineageOf,
  LINEAGE_NODES_MAX,
  type Lineage,
  type LineageLink,
  type LineageNode,
} from './query/lineage.ts';
export { testGuards, type GuardChange, type GuardTestReport } from './query/guard-test.ts';
export { testPolicy } from './query/policy-test.ts';
export type { PolicyCallChange, PolicyRuleUse, PolicyTestReport } from './query/policy-report.ts';
export { explainCall, type Explanation, type OriginNode } from './query/why.ts';

export { EXPORT_FORMATS, type ExportFormat, type ExportFormatName } from './export/formats.ts';
export type { ExportSource, SignedExportSource } from './export/source.ts';

export type { Completeness, Content, Finding, Gap } from './verify/finding.ts';
export type {
  AuditReport,
  NotChecked,
  ParticlePeerReport,
  ParticleReport,
  RecordingReport,
} from './verify/report.ts';
export {
  parseTrust,
  TRUST_NOBODY,
  withIdentities,
  type KeyHistory,
  type KnownKey,
  type Trust,
} from './verify/trust.ts';
export { verifyRecordings, type VerifyOptions } from './verify/verify.ts';

export { proveCall, type ProvenCall } from './prove.ts';
export type {
  FileKind,
  FileSigner,
  SignerKey,
  Verification,
  VerifyFileOptions,
} from './files/verification.ts';
export { verifyTogether } from './files/recordings.ts';
export { kindOf, verifyFile } from './files/verify-file.ts';
export { fileSigner, verdictFor, type FileFormat } from './files/verification.ts';

export { parseCheckpoint, signCheckpoint, type Checkpoint } from './log/checkpoint.ts';
export { LogError, type LogErrorCode } from './log/errors.ts';
export {
  cosign,
  formatSignature,
  formatNote,
  formatVerifierKey,
  KeyType,
  parseNote,
  parseVerifierKey,
  signNote,
  verifierKey,
  verifyNote,
  type Note,
  type NoteSignature,
  type VerifierKey,
} from './log/note.ts';
export { parseLogPolicy, type LogPolicy } from './log/policy.ts';
export { formatProof, parseProof, verifyInclusion, type LogProof } from './log/proof.ts';
export { addCheckpoint, type Witness, type WitnessResponse, type WitnessState } from './log/witness.ts';
