import { fromBase64, textOf, toBase64 } from '../../base/bytes.ts';
import { AuditError } from '../errors.ts';

/**
 * A recording is lines of UTF-8 that end with a newline. The first names the format. Of each other line the first character is its
 * kind: `e` entry, `v` content that is JSON text, `b` content that is bytes, `c` checkpoint.
 *
 * @spec docs/spec/recording.md#lines
 */
export const RECORDING_FORMAT = 'beryl/recording/2';

export type LineKind = 'e' | 'v' | 'b' | 'c';

/** Bytes of one line: 64 MiB of data in base64, and as much again for texts that escape. A longer one is refused. */
export const LINE_BYTES_MAX = 192 * 1024 * 1024;
/** Entries of one recording: their numbers are 32 bits wide. */
export const ENTRIES_MAX = 0xffff_fff0;

export const line = (kind: LineKind, payload: string): string => `${kind} ${payload}\n`;

/** A recording's bytes, to be read in any order: a file, or memory. */
export interface RecordingSource {
  readonly size: number;
  /** @returns These bytes, or fewer at the end of the source. */
  read(offset: number, length: number): Uint8Array;
}

/** The bytes of a recording in memory as a source. */
export const memorySource = (bytes: Uint8Array): RecordingSource => ({
  size: bytes.length,
  read: (offset, length) => bytes.subarray(offset, offset + length),
});

/** One line, without kind and newline. */
export interface Line {
  readonly kind: LineKind;
  readonly payload: Uint8Array;
  /** Of the payload, in bytes from the beginning. */
  readonly offset: number;
  /** From 1. */
  readonly number: number;
}

const CHUNK = 1024 * 1024;
const NEWLINE = 0x0a;
const SPACE = 0x20;

/**
 * Reads a recording line by line, in memory for one chunk and the longest line.
 *
 * @param onUnreadable Called for a line that cannot be read, which is then skipped. Left out: the first one ends the reading.
 * @returns Where the last whole line ends: less than the size if the recording was cut off inside a line.
 * @throws {AuditError} ERR_RECORDING_FORMAT, ERR_RECORDING_VERSION by the first line; ERR_RECORDING_LINE for a line of no known kind
 *   or, always, beyond LINE_BYTES_MAX, with its number; what `take` throws.
 */
export function readLines(
  source: RecordingSource,
  take: (line: Line) => void,
  onUnreadable?: (failure: AuditError) => void,
): number {
  let rest: Uint8Array = new Uint8Array(0);
  let begin = 0;
  let number = 0;
  for (let at = 0; at < source.size;) {
    // At least doubling: a long line is copied a bounded number of times.
    const chunk = source.read(at, Math.max(CHUNK, rest.length));
    if (chunk.length === 0) break;
    at += chunk.length;
    if (rest.length > LINE_BYTES_MAX) throw badLine(number + 1, 'is too long');
    const bytes = rest.length === 0 ? chunk : join(rest, chunk);
    let from = 0;
    // What was left over has no newline.
    for (let end = bytes.indexOf(NEWLINE, rest.length); end >= 0; end = bytes.indexOf(NEWLINE, from)) {
      number += 1;
      const whole = bytes.subarray(from, end);
      if (number === 1) requireFormat(whole);
      else skipUnreadable(() => take(toLine(whole, begin + from, number)), onUnreadable);
      from = end + 1;
    }
    begin += from;
    rest = bytes.slice(from);
    if (number === 0) requireFormat(rest.subarray(0, 200));
  }
  if (number === 0) requireFormat(rest);
  return begin;
}

function skipUnreadable(read: () => void, onUnreadable: ((failure: AuditError) => void) | undefined): void {
  try {
    read();
  } catch (failure) {
    if (onUnreadable === undefined || !(failure instanceof AuditError) || !UNREADABLE.has(failure.code))
      throw failure;
    onUnreadable(failure);
  }
}

/** Mistakes inside one line: the next line can still be read. */
const UNREADABLE: ReadonlySet<string> = new Set([
  'ERR_RECORDING_LINE',
  'ERR_RECORDING_ENTRY',
  'ERR_RECORDING_CONTENT',
]);

function toLine(bytes: Uint8Array, offset: number, number: number): Line {
  const kind = String.fromCharCode(bytes[0] ?? 0);
  if ((kind !== 'e' && kind !== 'v' && kind !== 'b' && kind !== 'c') || bytes[1] !== SPACE)
    throw badLine(number, 'is of no known kind');
  return { kind, payload: bytes.subarray(2), offset: offset + 2, number };
}

const badLine = (number: number, why: string): AuditError =>
  new AuditError('ERR_RECORDING_LINE', `line ${number} ${why}`, { line: number });

function requireFormat(first: Uint8Array): void {
  const text = new TextDecoder('latin1').decode(first);
  if (text === RECORDING_FORMAT) return;
  if (text.startsWith('{"chain":"'))
    throw new AuditError(
      'ERR_RECORDING_VERSION',
      'recordings that are chains of JSON lines are no longer read: run the script again with `--record`',
    );
  const [, version] = /^beryl\/recording\/(\d{1,9})$/.exec(text) ?? [];
  if (version !== undefined)
    throw new AuditError(
      'ERR_RECORDING_VERSION',
      `this is a recording of format ${version}, this build reads format 2`,
    );
  throw new AuditError(
    'ERR_RECORDING_FORMAT',
    `this is not a recording: its first line is not \`${RECORDING_FORMAT}\``,
  );
}

function join(a: Uint8Array, b: Uint8Array): Uint8Array {
  const all = new Uint8Array(a.length + b.length);
  all.set(a);
  all.set(b, a.length);
  return all;
}

/** Text of a payload. @throws {AuditError} ERR_RECORDING_LINE */
export function payloadText({ payload, number }: Line): string {
  const text = textOf(payload);
  if (text === undefined) throw badLine(number, 'is not UTF-8');
  return text;
}

interface NativeBase64 {
  from(data: Uint8Array | string, encoding?: 'base64'): Uint8Array & { toString(encoding: 'base64'): string };
}
const native = (globalThis as { Buffer?: NativeBase64 }).Buffer;

/** Base64 of data, which may be megabytes: natively where that is possible. */
export const encodeBytes = (bytes: Uint8Array): string =>
  native === undefined ? toBase64(bytes) : native.from(bytes).toString('base64');

/** Bytes of the one base64 spelling; `undefined` for any other text. */
export function decodeBytes(text: string): Uint8Array | undefined {
  if (native === undefined) return fromBase64(text);
  const bytes = native.from(text, 'base64');
  return bytes.toString('base64') === text ? new Uint8Array(bytes) : undefined;
}

/** Content of a `v` line must be one line of well-formed text without control characters. */
export function isOneLine(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) < 0x20) return false;
  return text.isWellFormed();
}
