import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  openSync,
  readSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { printable } from '../../base/printable.ts';
import { toHex } from '../../base/bytes.ts';
import { CliError } from '../errors.ts';
import { reasonOf } from '../reasons.ts';

const ATTEMPTS_MAX = 10;
const WAL_HEADER_BYTES = 32;

/**
 * Gives a copy of a store to `work`, and removes it afterwards. The store itself is only read, so its peer may run.
 *
 * While the header of SQLite’s write-ahead log stays the same, the log only grows: a copy of the file, and then of the log, is the
 * store as of one moment. If the peer has begun a new log in between, it is copied again.
 *
 * @throws {CliError} `ERR_CLI_FILE`
 */
export async function withCopy<T>(path: string, work: (copy: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'beryl-store-'));
  try {
    const copy = join(folder, 'store.sqlite');
    copyAtOneMoment(path, copy);
    return await work(copy);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function copyAtOneMoment(path: string, copy: string): void {
  try {
    requireFile(path);
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      const before = logHeader(path);
      copyFileSync(path, copy);
      if (before === '') rmSync(`${copy}-wal`, { force: true });
      else copyFileSync(`${path}-wal`, `${copy}-wal`);
      if (logHeader(path) === before) return;
    }
  } catch (failure) {
    throw new CliError('ERR_CLI_FILE', `cannot read \`${printable(path)}\`: ${reasonOf(failure)}`);
  }
  const text = `\`${printable(path)}\` changes faster than it can be copied: stop its peer, or try again later`;
  throw new CliError('ERR_CLI_FILE', text);
}

/** A pipe would keep us waiting, and a device might never end. @throws {Error} */
function requireFile(path: string): void {
  if (!statSync(path).isFile()) throw new Error(`\`${path}\` is not a regular file`);
}

/** Hex; empty without a log. Each new log has another header. */
function logHeader(path: string): string {
  if (!existsSync(`${path}-wal`)) return '';
  requireFile(`${path}-wal`);
  const file = openSync(`${path}-wal`, 'r');
  try {
    const bytes = new Uint8Array(WAL_HEADER_BYTES);
    const count = readSync(file, bytes, 0, WAL_HEADER_BYTES, 0);
    return toHex(bytes.subarray(0, count));
  } finally {
    closeSync(file);
  }
}
