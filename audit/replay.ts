import type { Outcome, RunInput } from '../interpreter/index.ts';
import type { EntryOf } from './recording/entry.ts';
import type { RecordingSource } from './recording/lines.ts';
import { ParticleIndex } from './recording/particles.ts';
import { Recording } from './recording/recording.ts';
import { entriesOf, rerun, type ParticleEntries } from './verify/rerun.ts';
import { compareRun, requestsByRun } from './verify/run-checks.ts';

/** A run of a recording, run again. */
export interface RecordedStep {
  readonly entry: EntryOf<'run'>;
  readonly input: RunInput;
  readonly outcome: Outcome;
}

/** The first thing in which a recording and the replay of it differ. */
export interface Difference {
  /** Number of the entry. */
  readonly entry: number;
  /** Line of the file, from 1. */
  readonly line: number;
  readonly peerId: string;
  /** Signature of the particle, hex. */
  readonly particle: string;
  /** Such as `data`, `code`, `args[0]`. */
  readonly field: string;
  readonly expected: string;
  readonly actual: string;
  /** One line for people. */
  readonly message: string;
}

/** `equal` only if there was a run, and every run could be run again. */
export type ReplayVerdict = {
  readonly equal: boolean;
  readonly runs: number;
  readonly calls: number;
  /** Runs whose inputs are withheld, or that follow one that differs. */
  readonly notReplayed: number;
  readonly difference?: Difference;
};

/** A recording, opened to be looked at. */
export interface OpenRecording {
  readonly recording: Recording;
  readonly index: ParticleIndex;
}

/** @throws {AuditError} If this is not a recording, or a line of it is malformed. */
export function openRecording(source: RecordingSource): OpenRecording {
  const index = new ParticleIndex();
  const recording = new Recording(source, (placed, reading) => index.add(placed, reading));
  return { recording, index };
}

/** The entries of every particle, in the order in which the particles came up. */
export function* particlesOf({ recording, index }: OpenRecording): Generator<ParticleEntries> {
  for (const [n, places] of index.places) yield entriesOf(recording, n, places);
}

/**
 * Runs every recorded run again, with this build of Beryl, and names the first difference in the order of the file. Says nothing of
 * who wrote the recording, or whether it is whole: that is for `verifyRecordings`.
 *
 * @throws {AuditError} If this is not a recording, or a line of it is malformed.
 */
export function replay(source: RecordingSource): ReplayVerdict {
  const open = openRecording(source);
  let [runs, calls, notReplayed] = [0, 0, 0];
  let first: Difference | undefined;
  for (const entries of particlesOf(open)) {
    const requests = requestsByRun(entries);
    calls += entries.decisions.size;
    for (const again of rerun(open.recording, entries)) {
      if (again.hindrance !== undefined) {
        notReplayed += 1;
        continue;
      }
      runs += 1;
      const [found] = compareRun(open.recording, again, requests.get(again.run.n) ?? []);
      if (found === undefined || (first !== undefined && first.entry < again.run.n)) continue;
      const { entry = again.run.n, field = '', expected = '', actual = '', message } = found;
      first = {
        entry,
        line: open.recording.lineAt(open.recording.placeOf(entry) ?? 0),
        peerId: open.recording.peerIdOf(again.run.peer),
        particle: entries.particle.signature,
        field,
        expected,
        actual,
        message,
      };
    }
  }
  const equal = first === undefined && runs > 0 && notReplayed === 0;
  return { equal, runs, calls, notReplayed, ...(first && { difference: first }) };
}

/** Every run that can be run again, with its data: particle by particle. */
export function* steps(open: OpenRecording): Generator<RecordedStep> {
  for (const entries of particlesOf(open))
    for (const { run: entry, ...again } of rerun(open.recording, entries))
      if (again.hindrance === undefined) yield { entry, input: again.input, outcome: again.outcome };
}
