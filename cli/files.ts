import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { textOf } from '../base/bytes.ts';
import { CliError } from './errors.ts';

const FILE_BYTES_MAX = 512 * 1024 * 1024;

/** @throws {CliError} If the file cannot be read, is too large, or is no UTF-8. */
export function readText(path: string): string {
  const text = textOf(readBytes(path));
  if (text === undefined) throw new CliError('ERR_CLI_FILE', `\`${path}\` is not UTF-8 text`);
  return text;
}

/** @throws {CliError} If the file cannot be read, or is too large. */
export function readBytes(path: string): Uint8Array {
  return attempt(path, 'read', () => {
    const { size } = statSync(path);
    if (size > FILE_BYTES_MAX)
      throw new CliError('ERR_CLI_FILE', `\`${path}\` is larger than ${FILE_BYTES_MAX} bytes`);
    return new Uint8Array(readFileSync(path));
  });
}

export function writeText(path: string, text: string): void {
  attempt(path, 'write', () => writeFileSync(path, text));
}

export function writeBytes(path: string, bytes: Uint8Array): void {
  attempt(path, 'write', () => writeFileSync(path, bytes));
}

function attempt<T>(path: string, verb: string, act: () => T): T {
  try {
    return act();
  } catch (failure) {
    if (failure instanceof CliError) throw failure;
    const reason = failure instanceof Error && 'code' in failure ? String(failure.code) : String(failure);
    throw new CliError('ERR_CLI_FILE', `cannot ${verb} \`${path}\`: ${reason}`, { path }, { cause: failure });
  }
}
