import { fromBase64, toBase64 } from '../../base/bytes.ts';
import type { Signer } from '../../interpreter/index.ts';
import { LogError } from './errors.ts';
import { formatNote, parseNote, signNote, type Note } from './note.ts';
import type { Hash } from './tree.ts';

/** The head of a log: C2SP `tlog-checkpoint` v1.0.0, without extension lines. */
export interface Checkpoint {
  /** One per recorder and recording: no scheme, space or plus. */
  readonly origin: string;
  /** Number of entries. */
  readonly size: number;
  /** 32 bytes. */
  readonly root: Hash;
}

const checkpointText = ({ origin, size, root }: Checkpoint): string =>
  `${origin}\n${size}\n${toBase64(root)}\n`;

/** A signed checkpoint, as the text of its note. */
export const signCheckpoint = (checkpoint: Checkpoint, signer: Signer): string =>
  formatNote(signNote(checkpointText(checkpoint), checkpoint.origin, signer));

export interface ParsedCheckpoint {
  readonly checkpoint: Checkpoint;
  readonly note: Note;
}

/** @throws {LogError} ERR_NOTE_MALFORMED, ERR_CHECKPOINT_MALFORMED */
export function parseCheckpoint(text: string): ParsedCheckpoint {
  const note = parseNote(text);
  const [origin = '', digits = '', encoded = '', end, ...more] = note.text.split('\n');
  const size = /^(0|[1-9]\d{0,15})$/.test(digits) ? Number(digits) : Number.NaN;
  const root = fromBase64(encoded);
  const isWhole = end === '' && more.length === 0 && /^[^\s+]+$/u.test(origin);
  if (!isWhole || !Number.isSafeInteger(size) || root?.length !== 32)
    throw new LogError(
      'ERR_CHECKPOINT_MALFORMED',
      'this is not a checkpoint of three lines: origin, size, root hash',
    );
  return { checkpoint: { origin, size, root }, note };
}
