import { counted } from '../../base/counted.ts';
import { equalBytes } from '../../base/bytes.ts';
import { parseCheckpoint, type Checkpoint, type ParsedCheckpoint } from '../log/checkpoint.ts';
import { LogError } from '../log/errors.ts';
import { verifyNote, type Note } from '../log/note.ts';
import type { Leaves } from '../log/tree.ts';
import type { EntryOf } from '../recording/entry.ts';
import type { CheckpointLine, Recording } from '../recording/recording.ts';
import type { Gap } from './finding.ts';
import type { Located } from './structure.ts';
import { recorderKeys, type Trust } from './trust.ts';

export interface CheckpointReport {
  readonly findings: readonly Located[];
  readonly gaps: readonly Omit<Gap, 'recording'>[];
  /** Entries under the newest checkpoint that a trusted key signed and that fits; 0 if there is none. */
  readonly trustedSize: number;
  /** Entries under the newest checkpoint that fits, whoever signed it. */
  readonly fittingSize: number;
  /** Entries from here on are under no checkpoint that fits, though one covers them: something among them was changed. */
  readonly brokenFrom: number | undefined;
  /** Peer ids of the trusted keys that signed that checkpoint; what the file names as its recorder is only a hint. */
  readonly recorders: readonly string[];
  /** Names of the witnesses whose cosignatures of the newest trusted checkpoint are valid. */
  readonly witnesses: readonly string[];
}

/**
 * Holds the entries against every checkpoint in the file, and against those that the auditor kept elsewhere.
 *
 * @param pinned Signed checkpoints of this origin, from outside.
 */
export function checkCheckpoints(
  recording: Recording,
  start: EntryOf<'start'> | undefined,
  trust: Trust,
  pinned: readonly ParsedCheckpoint[],
): CheckpointReport {
  const findings: Located[] = [];
  const origin = start?.origin ?? '';
  const keys = recorderKeys(origin, trust);
  let [trustedSize, fittingSize, isSigned] = [0, 0, false];
  let brokenFrom: number | undefined;
  let newest: Note | undefined;
  let recorders: readonly string[] = [];
  let last = 0;
  for (const placed of recording.checkpoints) {
    const read = readCheckpoint(placed, origin, findings);
    if (read === undefined) continue;
    const { checkpoint, note } = read;
    if (checkpoint.size < last)
      findings.push(at(placed, 'checkpoint-order', 'a checkpoint is older than the one before it'));
    last = Math.max(last, checkpoint.size);
    const signers = signersOf(note, keys, placed, findings);
    const isTrusted = signers.length > 0;
    isSigned ||= isTrusted;
    const mismatch = fits(placed, checkpoint, recording.leaves);
    if (mismatch === undefined) {
      fittingSize = Math.max(fittingSize, checkpoint.size);
      if (isTrusted && checkpoint.size >= trustedSize)
        [trustedSize, newest, recorders] = [checkpoint.size, note, signers];
    } else if (brokenFrom === undefined) {
      brokenFrom = fittingSize;
      findings.push(
        at(placed, mismatch, `${TEXTS[mismatch]} (entries ${fittingSize} to ${checkpoint.size - 1})`),
      );
    }
  }
  for (const kept of pinned) findings.push(...checkPinned(kept, keys, recording, fittingSize));
  const witnesses = newest === undefined ? [] : witnessesOf(newest, trust, findings);
  const hasQuorum = trust.policy === undefined || trust.policy.isQuorum(witnesses);
  const gaps: Omit<Gap, 'recording'>[] = [];
  if (recording.checkpoints.length === 0)
    gaps.push({
      name: 'no-checkpoint',
      message: 'the recording has no checkpoint: nothing says how much there was',
    });
  else if (!isSigned)
    gaps.push({
      name: 'unknown-recorder',
      message: 'no checkpoint is signed by a recorder that you named; name it in the trust file',
    });
  if (newest !== undefined && !hasQuorum)
    gaps.push({
      name: 'no-quorum',
      message: 'the newest checkpoint lacks the witnesses that the policy asks for',
    });
  return {
    findings,
    gaps,
    trustedSize: hasQuorum ? trustedSize : 0,
    fittingSize,
    brokenFrom,
    recorders: hasQuorum ? recorders : [],
    witnesses: witnesses.map(({ name }) => name),
  };
}

const TEXTS = {
  'checkpoint-entries-missing': 'a checkpoint covers more entries than stand before it: some were dropped',
  'checkpoint-entries-added': 'more entries stand before a checkpoint than it covers: some were added',
  'checkpoint-root':
    'the entries before a checkpoint are not those that it covers: one was altered, moved or exchanged',
} as const;

function fits(
  { entries }: CheckpointLine,
  { size, root }: Checkpoint,
  leaves: Leaves,
): keyof typeof TEXTS | undefined {
  if (size > entries) return 'checkpoint-entries-missing';
  if (size < entries) return 'checkpoint-entries-added';
  return equalBytes(leaves.root(size), root) ? undefined : 'checkpoint-root';
}

function readCheckpoint(
  placed: CheckpointLine,
  origin: string,
  findings: Located[],
): ParsedCheckpoint | undefined {
  try {
    const read = parseCheckpoint(placed.text);
    if (read.checkpoint.origin === origin) return read;
    findings.push(
      at(placed, 'checkpoint-origin', `a checkpoint is of another recording, \`${read.checkpoint.origin}\``),
    );
  } catch (failure) {
    if (!(failure instanceof LogError)) throw failure;
    findings.push({ ...at(placed, 'checkpoint-malformed', failure.message), content: 'malformed' });
  }
  return undefined;
}

function signersOf(
  note: Note,
  keys: ReturnType<typeof recorderKeys>,
  placed: CheckpointLine,
  findings: Located[],
): string[] {
  try {
    return [...new Set(verifyNote(note, keys).map(({ peerId }) => peerId))];
  } catch (failure) {
    if (!(failure instanceof LogError)) throw failure;
    findings.push(at(placed, 'checkpoint-signature', failure.message));
    return [];
  }
}

/** A head that was kept elsewhere: the recording must begin with exactly the entries that it covers. */
function checkPinned(
  { checkpoint, note }: ParsedCheckpoint,
  keys: ReturnType<typeof recorderKeys>,
  recording: Recording,
  fittingSize: number,
): Located[] {
  const { size, root } = checkpoint;
  if (verifyNote(note, keys).length === 0)
    return [
      {
        ...pinnedFault('pinned-unknown-key', 'the kept checkpoint is signed by no recorder that you named'),
        content: 'unknown-key',
      },
    ];
  if (size > recording.size)
    return [
      pinnedFault(
        'pinned-entries-missing',
        `the kept checkpoint covers ${counted(size, 'entry', 'entries')}, the recording has ${recording.size}`,
      ),
    ];
  if (equalBytes(recording.leaves.root(size), root)) return [];
  const why = `the first ${counted(size, 'entry', 'entries')} are not those that the kept checkpoint covers`;
  // The file's own checkpoints fit its entries and cover as much: the recorder signed two histories.
  return [
    fittingSize >= size && hasTrustedFit(recording, keys, size)
      ? {
          ...pinnedFault('recorder-equivocation', `${why}: the recorder signed two histories`),
          content: 'equivocation',
        }
      : pinnedFault('pinned-root', why),
  ];
}

function hasTrustedFit(recording: Recording, keys: ReturnType<typeof recorderKeys>, size: number): boolean {
  return recording.checkpoints.some(({ text, entries }) => {
    try {
      const { checkpoint, note } = parseCheckpoint(text);
      return (
        checkpoint.size >= size &&
        checkpoint.size === entries &&
        equalBytes(recording.leaves.root(entries), checkpoint.root) &&
        verifyNote(note, keys).length > 0
      );
    } catch (failure) {
      if (failure instanceof LogError) return false;
      throw failure;
    }
  });
}

function witnessesOf(note: Note, { policy }: Trust, findings: Located[]): ReturnType<typeof verifyNote> {
  try {
    return verifyNote(note, policy?.witnesses ?? []);
  } catch (failure) {
    if (!(failure instanceof LogError)) throw failure;
    findings.push({ content: 'tampered', name: 'cosignature', message: failure.message });
    return [];
  }
}

const at = ({ line }: CheckpointLine, name: string, message: string): Located => ({
  content: 'tampered',
  name,
  message: `line ${line}: ${message}`,
  line,
});

const pinnedFault = (name: string, message: string): Located => ({ content: 'tampered', name, message });
