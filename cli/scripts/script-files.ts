import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { CliError } from '../errors.ts';
import { attempt, readText, STDIN } from '../files.ts';
import { progressOf } from '../progress.ts';
import { printable } from '../../base/printable.ts';

/** A script, and how the user knows it. */
export interface ScriptFile {
  readonly path: string;
  readonly name: string;
  readonly text: string;
}

const AIR_ENDINGS = ['.air'];
/** Scripts, and programs that compile to them. */
export const ALL_ENDINGS = [...AIR_ENDINGS, '.aqua'];
/** Scripts of one command: a folder can hold any number. */
const FILES_MAX = 10_000;

/**
 * Scripts of files, of folders with all that is in them, and of standard input (`-`).
 *
 * @throws {CliError} ERR_CLI_FILE If one cannot be read, or a folder holds no script.
 */
export function* readScripts(
  paths: readonly string[],
  endings: readonly string[] = AIR_ENDINGS,
): Iterable<ScriptFile> {
  const progress = progressOf('scripts read');
  for (const path of paths) {
    const files = isFolder(path) ? scriptsIn(path, endings) : [path];
    if (files.length === 0)
      throw new CliError(
        'ERR_CLI_FILE',
        `folder \`${printable(path)}\` holds no file that ends in ${endings.join(' or ')}`,
      );
    for (const [i, file] of files.entries()) {
      progress.show(i, files.length);
      yield { path: file, name: file === STDIN ? 'standard input' : file, text: readText(file, 'script') };
    }
    progress.end();
  }
}

const isFolder = (path: string): boolean =>
  path !== STDIN &&
  attempt(path, 'read', () => statSync(path, { throwIfNoEntry: false }))?.isDirectory() === true;

function scriptsIn(folder: string, endings: readonly string[]): string[] {
  const found: string[] = [];
  const waiting = [folder];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    for (const entry of attempt(at, 'read', () => readdirSync(at, { withFileTypes: true }))) {
      const path = join(at, entry.name);
      if (entry.isDirectory() && entry.name !== 'node_modules' && !entry.name.startsWith('.'))
        waiting.push(path);
      else if (entry.isFile() && endings.some(ending => entry.name.endsWith(ending))) found.push(path);
      if (found.length > FILES_MAX)
        throw new CliError(
          'ERR_CLI_FILE',
          `folder \`${printable(folder)}\` holds more than ${FILES_MAX} scripts: name fewer`,
        );
    }
  }
  return found.toSorted();
}
