import type { Limits, Outcome, PrepareInput } from '../interpreter/index.ts';
import type { EntryOf } from './recording/entry.ts';
import type { RecordingSource } from './recording/lines.ts';
import { ParticleIndex } from './recording/particles.ts';
import { Recording } from './recording/recording.ts';
import { entriesOf, LIMITS_MAX, rerun, type ParticleEntries, type Rerun } from './verify/rerun.ts';
import { parseUnchecked, positionOf, walk } from '../air-grammar/index.ts';
import { compareRun, requestsByRun } from './verify/run-checks.ts';

/** A run of a recording, run again. */
export interface RecordedStep {
  readonly entry: EntryOf<'run'>;
  readonly input: PrepareInput;
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
  /** Where in the script it happened, from 1, if it is of one call, or of an error. */
  readonly script?: { readonly line: number; readonly column: number };
  /** One line for people. */
  readonly message: string;
}

/** `equal` only if there was a run, and every run could be run again. */
export type ReplayVerdict = {
  readonly equal: boolean;
  readonly runs: number;
  readonly calls: number;
  /** Runs whose inputs are withheld, that do more than this build goes along with, or that follow one of these or one that differs. */
  readonly notReplayed: number;
  /** Why the first of them could not be run again, if it does not follow another one. */
  readonly hindrance?: { readonly entry: number; readonly kind: 'withheld' | 'limits' };
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

/** Hears how many particles are done, and how many there are. */
export type OnProgress = (done: number, all: number) => void;

/** The entries of every particle, in the order in which the particles came up. */
export function* particlesOf(
  { recording, index }: OpenRecording,
  onProgress?: OnProgress,
): Generator<ParticleEntries> {
  let done = 0;
  for (const [n, places] of index.places) {
    yield entriesOf(recording, n, places);
    onProgress?.(++done, index.places.size);
  }
}

/**
 * Runs every recorded run again, with this build of Beryl, and names the first difference in the order of the file. Says nothing of
 * who wrote the recording, or whether it is whole: that is for `verifyRecordings`.
 *
 * @param options.limitsMax How far the replay goes along with recorded limits; eight times the defaults if left out. Whoever writes a recording
 *   could otherwise keep its reader busy for hours.
 * @throws {AuditError} If this is not a recording, or a line of it is malformed.
 */
export function replay(
  source: RecordingSource,
  {
    limitsMax = {},
    onProgress,
  }: { readonly limitsMax?: Partial<Limits>; readonly onProgress?: OnProgress } = {},
): ReplayVerdict {
  const open = openRecording(source);
  let [runs, calls, notReplayed] = [0, 0, 0];
  let first: Difference | undefined;
  let hindrance: ReplayVerdict['hindrance'];
  for (const entries of particlesOf(open, onProgress)) {
    const requests = requestsByRun(entries);
    calls += entries.decisions.size;
    for (const again of rerun(open.recording, entries, { ...LIMITS_MAX, ...limitsMax })) {
      if (again.hindrance !== undefined) {
        notReplayed += 1;
        const { kind } = again.hindrance;
        if (kind !== 'after') hindrance ??= { entry: again.run.n, kind };
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
        ...positionIn(open.recording, entry, again),
      };
    }
  }
  const equal = first === undefined && runs > 0 && notReplayed === 0;
  return {
    equal,
    runs,
    calls,
    notReplayed,
    ...(hindrance && { hindrance }),
    ...(first && { difference: first }),
  };
}

/** The call of a request, or the error that the run met. */
function positionIn(
  recording: Recording,
  n: number,
  { input: { air }, outcome }: Extract<Rerun, { outcome: Outcome }>,
): Pick<Difference, 'script'> {
  const site = recording.find(n, 'request')?.site;
  const start = site === undefined ? undefined : startOf(air, Number.parseInt(site, 10));
  if (start !== undefined) return { script: positionOf(air, start) };
  if (outcome.failure === undefined) return {};
  const { line, column } = outcome.failure;
  return { script: { line, column } };
}

/** Offset of an instruction, by the number that sites give it. */
function startOf(air: string, index: number): number | undefined {
  let start: number | undefined;
  walk(parseUnchecked(air).root, {
    enter: instruction => {
      if (instruction.index === index) start = instruction.start;
    },
  });
  return start;
}

/** The entries of one particle, by the number of its own entry. */
export function particleOf({ recording, index }: OpenRecording, n: number): ParticleEntries | undefined {
  const places = index.places.get(n);
  return places === undefined ? undefined : entriesOf(recording, n, places);
}

/** Every run that can be run again, with its data: particle by particle. */
export function* steps(open: OpenRecording): Generator<RecordedStep> {
  for (const entries of particlesOf(open))
    for (const { run: entry, ...again } of rerun(open.recording, entries))
      if (again.hindrance === undefined) yield { entry, input: again.input, outcome: again.outcome };
}
