import { counted } from '../../base/counted.ts';
import type { EntryOf } from '../recording/entry.ts';
import type { ParticleIndex } from '../recording/particles.ts';
import type { Recording } from '../recording/recording.ts';
import type { Finding } from './finding.ts';

/** A finding about a recording; the caller adds which one. */
export type Located = Omit<Finding, 'recording'>;

/** Findings of one kind that are listed; a file of a million bad entries gets the first ones, and their number. */
const LISTED_MAX = 100;

/** What is wrong with the file itself: numbers, start and end, references. No key is needed for it, and none can hide it. */
export function checkStructure(recording: Recording, index: ParticleIndex): Located[] {
  return [
    ...checkNumbers(recording),
    ...checkStart(recording),
    ...checkEnd(recording),
    ...checkReferences(recording, index),
  ];
}

/** Entries are numbered from 0 in the order of the file: what was dropped, doubled or moved leaves its trace. */
function checkNumbers(recording: Recording): Located[] {
  if (recording.isNumbered) return [];
  const found: Located[] = [];
  const add = (name: string, at: number | undefined, entry: number, message: string): void => {
    if (found.length < LISTED_MAX)
      found.push({
        content: 'tampered',
        name,
        message: `entry ${entry} ${message}`,
        entry,
        ...(at !== undefined && { line: recording.lineAt(at) }),
      });
  };
  const seen = new Map<number, number>();
  let highest = -1;
  for (let at = 0; at < recording.size; at++) {
    const n = recording.numberAt(at);
    const earlier = seen.get(n);
    if (earlier !== undefined) {
      const isSame = recording.textAt(earlier) === recording.textAt(at);
      add(
        isSame ? 'entry-doubled' : 'entry-added',
        at,
        n,
        `stands in line ${recording.lineAt(earlier)} already`,
      );
      continue;
    }
    seen.set(n, at);
    if (n < highest) add('entry-moved', at, n, `stands after entry ${highest}`);
    highest = Math.max(highest, n);
  }
  // Not more than there could be: a number is at most four thousand million.
  for (let n = 0, missing = 0; n < highest && missing < LISTED_MAX; n++) {
    if (seen.has(n)) continue;
    missing += 1;
    add('entry-missing', undefined, n, 'is missing');
  }
  return found;
}

function checkStart(recording: Recording): Located[] {
  const found: Located[] = [];
  let starts = 0;
  for (let at = 0; at < recording.size; at++) {
    if (recording.kindAt(at) !== 'start') continue;
    starts += 1;
    if (at > 0 && recording.isNumbered)
      found.push(malformed('second-start', recording, at, 'a second start'));
  }
  if (starts === 0)
    found.push({ content: 'malformed', name: 'no-start', message: 'the recording has no start entry' });
  return found;
}

function checkEnd(recording: Recording): Located[] {
  const end = endOf(recording);
  if (end === undefined) return [];
  const found: Located[] = [];
  if (end.at < recording.size - 1)
    found.push({
      content: 'tampered',
      name: 'after-end',
      message: `${counted(recording.size - 1 - end.at, 'entry follows', 'entries follow')} the end of the recording`,
      entry: recording.numberAt(end.at + 1),
      line: recording.lineAt(end.at + 1),
    });
  const counts = new Map<string, number>();
  for (let at = 0; at < end.at; at++) {
    const kind = recording.kindAt(at);
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  for (const kind of new Set([...counts.keys(), ...Object.keys(end.entry.counts)])) {
    const [expected, actual] = [end.entry.counts[kind] ?? 0, counts.get(kind) ?? 0];
    if (expected !== actual)
      found.push({
        content: 'tampered',
        name: 'end-counts',
        message: `the end counts ${counted(expected, 'entry', 'entries')} of kind \`${kind}\`, there are ${actual}`,
        entry: end.entry.n,
        line: recording.lineAt(end.at),
        field: `counts.${kind}`,
        expected: String(expected),
        actual: String(actual),
      });
  }
  return found;
}

/** The first end entry. */
export function endOf(
  recording: Recording,
): { readonly at: number; readonly entry: EntryOf<'end'> } | undefined {
  for (let at = 0; at < recording.size; at++)
    if (recording.kindAt(at) === 'end') return { at, entry: recording.entryAt(at) as EntryOf<'end'> };
  return undefined;
}

/** References to entries that are missing follow from that: only others are findings of their own. */
function checkReferences(recording: Recording, index: ParticleIndex): Located[] {
  return index.badReferences
    .filter(({ to }) => recording.isNumbered || recording.placeOf(to) !== undefined)
    .slice(0, LISTED_MAX)
    .map(({ placed: { entry, line }, field, to, wanted }) => ({
      content: recording.isNumbered ? 'malformed' : 'tampered',
      name: 'reference',
      message: `entry ${entry.n}: \`${field}\` names entry ${to}, which is not an earlier ${wanted}`,
      entry: entry.n,
      line,
      field,
      expected: String(to),
      actual: `no ${wanted}`,
    }));
}

const malformed = (name: string, recording: Recording, at: number, what: string): Located => ({
  content: 'malformed',
  name,
  message: `entry ${recording.numberAt(at)} is ${what}`,
  entry: recording.numberAt(at),
  line: recording.lineAt(at),
});
