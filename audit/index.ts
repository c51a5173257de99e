/**
 * `beryl/audit`: what happened, provably, later: record runs and calls, replay them to equal bytes.
 *
 * @packageDocumentation
 */
export { AuditError, type AuditErrorCode } from './errors.ts';
export { Recorder } from './recorder.ts';
export {
  decodeRecording,
  encodeRecording,
  RECORDING_FORMAT,
  type CallEntry,
  type RecordingEntry,
  type StepEntry,
} from './recording.ts';
export { replay, type Difference, type ReplayVerdict } from './replay.ts';
