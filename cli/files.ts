import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readSync,
  statSync,
  writeFileSync,
  type Stats,
} from 'node:fs';
import { textOf } from '../base/bytes.ts';
import { BerylError } from '../base/error.ts';
import { printable } from '../base/printable.ts';
import { CliError } from './errors.ts';
import { reasonOf } from './reasons.ts';

const MIB = 1024 * 1024;

/** Bytes that a file of each kind may have. */
export const FILE_BYTES_MAX = {
  script: 16 * MIB,
  network: 16 * MIB,
  example: MIB,
  recording: 512 * MIB,
  receipt: 256 * MIB,
  trust: 16 * MIB,
  policy: 16 * MIB,
} as const;
export type FileKind = keyof typeof FILE_BYTES_MAX;

/** The path that stands for standard input. */
export const STDIN = '-';

const CHUNK_BYTES = 64 * 1024;
const BYTE_ORDER_MARK = '\ufeff';

/**
 * Text of a file, or of standard input, without the byte order mark that some editors put in front.
 *
 * @throws {CliError} If the file cannot be read, is not a regular file, is too large, or is not UTF-8.
 */
export function readText(path: string, kind: FileKind): string {
  const text = textOf(readBytes(path, kind));
  if (text === undefined) throw new CliError('ERR_CLI_FILE', `\`${printable(path)}\` is not UTF-8 text`);
  return text.startsWith(BYTE_ORDER_MARK) ? text.slice(BYTE_ORDER_MARK.length) : text;
}

/**
 * Bytes of a file, or of standard input. Devices and pipes by name are refused: some never end, others never begin.
 *
 * @throws {CliError} If the file cannot be read, is not a regular file, or is too large.
 */
export function readBytes(path: string, kind: FileKind): Uint8Array {
  const max = FILE_BYTES_MAX[kind];
  if (path === STDIN) return attempt(path, 'read', () => readAll(0, max, 'standard input'));
  return attempt(path, 'read', () => {
    // Opening a pipe without a writer must not wait.
    const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const stats = fstatSync(file);
      if (!stats.isFile()) throw notRegular(path, stats);
      if (stats.size > max) throw tooLarge(`\`${printable(path)}\``, max);
      return readAll(file, max, `\`${printable(path)}\``);
    } finally {
      closeSync(file);
    }
  });
}

/**
 * @param inputs Files that the command reads: they are not written over.
 * @throws {CliError} If the file cannot be written, is an input, or if a pipe or folder has its name.
 */
export function writeBytes(path: string, bytes: Uint8Array | string, inputs: readonly string[] = []): void {
  attempt(path, 'write', () => {
    requireWritable(path, inputs);
    writeFileSync(path, bytes);
  });
}

/**
 * Writes lines one after the other, so that they need not be in memory together.
 *
 * @throws {CliError} As {@link writeBytes}.
 */
export function writeLines(path: string, lines: Iterable<string>, inputs: readonly string[] = []): void {
  const file = attempt(path, 'write', () => {
    requireWritable(path, inputs);
    return openSync(path, 'w');
  });
  try {
    for (const line of lines) attempt(path, 'write', () => writeFileSync(file, `${line}\n`));
  } finally {
    closeSync(file);
  }
}

/** A device such as /dev/null takes what it gets; a pipe waits for a reader. */
export function requireWritable(path: string, inputs: readonly string[]): void {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return;
  if (!stats.isFile() && !stats.isCharacterDevice()) throw notRegular(path, stats);
  for (const input of inputs) {
    const other = input === STDIN ? undefined : statSync(input, { throwIfNoEntry: false });
    if (stats.isFile() && other?.dev === stats.dev && other.ino === stats.ino)
      throw new CliError(
        'ERR_CLI_FILE',
        `\`${printable(path)}\` is read by this command: write another file`,
      );
  }
}

/** All that a file holds, as far as it may: a file can grow while it is read, and standard input has no size. */
function readAll(file: number, max: number, what: string): Uint8Array {
  const parts: Buffer[] = [];
  for (let size = 0; ;) {
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    const count = readSome(file, chunk);
    if (count === 0) return new Uint8Array(Buffer.concat(parts, size));
    size += count;
    if (size > max) throw tooLarge(what, max);
    parts.push(chunk.subarray(0, count));
  }
}

/** Standard input may be a non-blocking pipe: then it is read again. */
function readSome(file: number, into: Buffer): number {
  for (;;) {
    try {
      return readSync(file, into);
    } catch (failure) {
      const code = (failure as NodeJS.ErrnoException).code;
      if (code === 'EOF') return 0;
      if (code !== 'EAGAIN') throw failure;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}

const tooLarge = (what: string, max: number): CliError =>
  new CliError('ERR_CLI_FILE', `${what} is larger than ${max} bytes`);

export function notRegular(path: string, stats: Stats): CliError {
  const kind = stats.isDirectory() ? 'a folder' : stats.isFIFO() ? 'a pipe' : 'a device';
  return new CliError(
    'ERR_CLI_FILE',
    `\`${printable(path)}\` is ${kind}, not a file; \`-\` reads standard input`,
  );
}

export function attempt<T>(path: string, verb: string, act: () => T): T {
  try {
    return act();
  } catch (failure) {
    if (failure instanceof BerylError) throw failure;
    const reason = reasonOf(failure);
    throw new CliError(
      'ERR_CLI_FILE',
      `cannot ${verb} \`${printable(path)}\`: ${printable(reason)}`,
      { path },
      { cause: failure },
    );
  }
}
