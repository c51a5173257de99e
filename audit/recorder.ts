import type { Step, StepObserver } from '../interpreter/index.ts';
import type { CallEvent, CallObserver } from '../services/index.ts';
import { encodeRecording, entryOfCall, entryOfStep, type RecordingEntry } from './recording.ts';

/**
 * Listens to a peer, or to several, and keeps every run and every decided call. Holds no secret: signatures are recorded, keys
 * are not.
 */
export class Recorder implements StepObserver, CallObserver {
  readonly #entries: RecordingEntry[] = [];

  step(step: Step): void {
    this.#entries.push(entryOfStep(step));
  }

  call(event: CallEvent): void {
    this.#entries.push(entryOfCall(event));
  }

  get entries(): readonly RecordingEntry[] {
    return this.#entries;
  }

  /** The recording as text, to be kept in a file. */
  toText(): string {
    return encodeRecording(this.#entries);
  }
}
