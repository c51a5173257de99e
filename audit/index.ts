/**
 * `beryl/audit`: what happened, provably, later: recordings that are transparency logs, and their verification.
 *
 * @packageDocumentation
 */
export { AuditError, type AuditErrorCode } from './errors.ts';
export { Recorder, type RecordedPeer, type RecorderOptions } from './recorder/recorder.ts';
export type { PeerRules } from './recorder/rules.ts';
export { MemorySink, type RecordingSink } from './recorder/sink.ts';
export { fileSink, fileSource, type FileSink, type FileSource } from './recording/file.ts';
export { memorySource, RECORDING_FORMAT, type RecordingSource } from './recording/lines.ts';
export type { ContentRole, Entry, EntryKind, EntryOf } from './recording/entry.ts';
export { redact, VALUE_ROLES, type Redaction } from './recording/redact.ts';
export { Recording } from './recording/recording.ts';
export {
  openRecording,
  particlesOf,
  replay,
  steps,
  type Difference,
  type OpenRecording,
  type RecordedStep,
  type ReplayVerdict,
} from './replay.ts';

export { callsOf, type CallFilter, type RecordedCall } from './query/calls.ts';
export { diffOf, type CallDifference, type DiffSide, type ParticleDifference } from './query/diff.ts';
export {
  nameOf,
  particleList,
  timelineOf,
  type RecordedParticle,
  type TimelineEvent,
} from './query/timeline.ts';
export { explain, type Explanation, type OriginNode } from './query/why.ts';

export type { Completeness, Content, Finding, Gap } from './verify/finding.ts';
export type {
  AuditReport,
  NotChecked,
  ParticlePeerReport,
  ParticleReport,
  RecordingReport,
} from './verify/report.ts';
export { parseTrust, TRUST_NOBODY, type Trust } from './verify/trust.ts';
export { verifyRecordings, type VerifyOptions } from './verify/verify.ts';

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
export { parsePolicy, type LogPolicy } from './log/policy.ts';
export { formatProof, parseProof, verifyProof, type LogProof } from './log/proof.ts';
export { addCheckpoint, type Witness, type WitnessResponse, type WitnessState } from './log/witness.ts';
