import { equalBytes } from '../../base/bytes.ts';
import { counted } from '../../base/counted.ts';
import { parseCheckpoint, type ParsedCheckpoint } from '../log/checkpoint.ts';
import { LogError } from '../log/errors.ts';
import { verifierKey, verifyNote, type VerifierKey } from '../log/note.ts';
import type { Leaves } from '../log/tree.ts';
import type { EntryOf } from '../recording/entry.ts';
import type { Recording } from '../recording/recording.ts';
import type { Finding } from './finding.ts';
import { recorderKeys, type Trust } from './trust.ts';

/** The log of one recording, and every head of it that can be read. */
export interface History {
  readonly recording: number;
  readonly origin: string;
  /** Key that the file names. */
  readonly hint: string | null;
  readonly leaves: Leaves;
  readonly heads: readonly ParsedCheckpoint[];
}

export function historyOf(
  { leaves, checkpoints }: Recording,
  recording: number,
  start: EntryOf<'start'> | undefined,
): History {
  const origin = start?.origin ?? '';
  const heads = checkpoints.flatMap(({ text }) => parsed(text) ?? []);
  return {
    recording,
    origin,
    hint: start?.recorder ?? null,
    leaves,
    heads: heads.filter(({ checkpoint }) => checkpoint.origin === origin),
  };
}

/** A recorder uses an origin for one log only: of two files of one origin, one begins the other. */
export function compareHistories(histories: readonly History[], trust: Trust): Finding[] {
  const byOrigin = new Map<string, History[]>();
  for (const history of histories) {
    const same = byOrigin.get(history.origin) ?? [];
    byOrigin.set(history.origin, same);
    same.push(history);
  }
  return [...byOrigin].flatMap(([origin, same]) => {
    if (origin === '' || same.length < 2) return [];
    const trusted = recorderKeys(origin, trust);
    return same.flatMap((one, i) => same.slice(i + 1).flatMap(other => compare(one, other, trusted)));
  });
}

function compare(one: History, other: History, trusted: readonly VerifierKey[]): Finding[] {
  // Whoever signed both has signed two histories, trusted or not.
  const hints = [one, other].flatMap(({ origin, hint }) => keyOf(origin, hint) ?? []);
  for (const key of [...trusted, ...hints]) {
    const size = conflictOf(one, other, key) ?? conflictOf(other, one, key);
    if (size !== undefined)
      return [one, other].map(({ recording, origin }, i) => ({
        content: 'equivocation',
        name: 'recorder-equivocation',
        message: `the first ${counted(size, 'entry', 'entries')} of \`${origin}\` are others here than in recording ${[other, one][i]?.recording}: the recorder signed two histories`,
        recording,
      }));
  }
  return [[one, other] as const, [other, one] as const].flatMap(([signed, bent]) => {
    const covered = Math.max(0, ...trusted.map(key => coveredBy(signed, key)));
    const size = Math.min(covered, bent.leaves.size);
    if (equalBytes(signed.leaves.root(size), bent.leaves.root(size))) return [];
    return [
      {
        content: 'tampered' as const,
        name: 'pinned-root',
        message: `the first ${counted(size, 'entry', 'entries')} are not those that the checkpoints in recording ${signed.recording} cover`,
        recording: bent.recording,
      },
    ];
  });
}

/** How far the key says that one history goes, where it says another one of the other. */
function conflictOf(one: History, other: History, key: VerifierKey): number | undefined {
  const covered = coveredBy(other, key);
  const both = Math.min(covered, coveredBy(one, key));
  if (!equalBytes(one.leaves.root(both), other.leaves.root(both))) return both;
  // A head that fits not even the file it stands in.
  return one.heads.find(
    head => head.checkpoint.size <= covered && !fits(head, other.leaves) && isSignedBy(head, key),
  )?.checkpoint.size;
}

/** Entries under the newest head of the key that fits. */
function coveredBy({ heads, leaves }: History, key: VerifierKey): number {
  let covered = 0;
  for (const head of heads) {
    const { size } = head.checkpoint;
    if (size > covered && size <= leaves.size && fits(head, leaves) && isSignedBy(head, key)) covered = size;
  }
  return covered;
}

/** A head beyond the entries says nothing about them. */
const fits = ({ checkpoint: { size, root } }: ParsedCheckpoint, leaves: Leaves): boolean =>
  size > leaves.size || equalBytes(leaves.root(size), root);

function isSignedBy({ note }: ParsedCheckpoint, key: VerifierKey): boolean {
  try {
    return verifyNote(note, [key]).length > 0;
  } catch (failure) {
    if (failure instanceof LogError) return false;
    throw failure;
  }
}

/** Two kept heads of one size and one log, with two roots. */
export function compareHeads(pinned: readonly ParsedCheckpoint[], trust: Trust): string[] {
  const known = new Map<string, Uint8Array>();
  const origins = new Set<string>();
  for (const head of pinned) {
    const { origin, size, root } = head.checkpoint;
    for (const key of recorderKeys(origin, trust)) {
      if (!isSignedBy(head, key)) continue;
      const name = JSON.stringify([origin, size, key.name, key.peerId]);
      const earlier = known.get(name);
      if (earlier !== undefined && !equalBytes(earlier, root)) origins.add(origin);
      known.set(name, root);
    }
  }
  return [...origins];
}

function keyOf(origin: string, hint: string | null): VerifierKey | undefined {
  try {
    return hint === null ? undefined : verifierKey(origin, hint);
  } catch (failure) {
    if (failure instanceof LogError) return undefined;
    throw failure;
  }
}

function parsed(text: string): ParsedCheckpoint | undefined {
  try {
    return parseCheckpoint(text);
  } catch (failure) {
    if (failure instanceof LogError) return undefined;
    throw failure;
  }
}
