import {
  kindOf,
  memorySource,
  openRecording,
  parseTrust,
  type FileKind,
  type OpenRecording,
  type Trust,
} from '../../audit/index.ts';
import { textOf } from '../../base/bytes.ts';
import { BerylError } from '../../base/error.ts';

/** A file that was opened, and what it is. What cannot be read says why. */
export type OpenedFile = { readonly name: string } & (
  | { readonly kind: 'recording'; readonly bytes: Uint8Array; readonly open: OpenRecording }
  /** A recording that cannot be read to its end: the verifier still says what is wrong with it. */
  | { readonly kind: 'broken'; readonly bytes: Uint8Array; readonly reason: string }
  /** Anything else that stands alone: a receipt, evidence, a proof, a checkpoint. */
  | { readonly kind: 'statement'; readonly bytes: Uint8Array; readonly of: FileKind }
  | { readonly kind: 'trust'; readonly trust: Trust; readonly text: string }
  | { readonly kind: 'refused'; readonly reason: string }
);

/** Finds out what a file is by its first bytes, never by its name. */
export function openFile(name: string, bytes: Uint8Array): OpenedFile {
  try {
    if (bytes[0] === BRACE && !textOf(bytes)?.startsWith('{"chain":"')) {
      const text = textOf(bytes) ?? '';
      return { name, kind: 'trust', trust: parseTrust(text), text };
    }
    const of = kindOf(memorySource(bytes));
    if (of !== 'recording') return { name, kind: 'statement', bytes, of };
    return { name, kind: 'recording', bytes, open: openRecording(memorySource(bytes)) };
  } catch (failure) {
    if (!(failure instanceof BerylError)) throw failure;
    const reason = `${failure.message} (${failure.code})`;
    return BROKEN.has(failure.code)
      ? { name, kind: 'broken', bytes, reason }
      : { name, kind: 'refused', reason };
  }
}

const BRACE = 0x7b;

/** A recording, but not a whole one. */
const BROKEN: ReadonlySet<string> = new Set([
  'ERR_RECORDING_LINE',
  'ERR_RECORDING_ENTRY',
  'ERR_RECORDING_CONTENT',
  'ERR_RECORDING_SIZE',
]);
