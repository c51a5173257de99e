import { dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseNetwork, type Beside, type NetworkFile } from '../network/index.ts';
import { watched } from './faults.ts';
import { readText } from './files.ts';

/** @throws {CliError} ERR_CLI_FILE. @throws {NetworkError} ERR_CLI_NETWORK_FILE with the path of each mistake. */
export function readNetworkFile(path: string): NetworkFile {
  return parseNetwork(readText(path, 'network'), path, filesIn(dirname(resolve(path))));
}

/** Files by paths relative to a folder. */
export const filesIn = (folder: string, version = ''): Beside => ({
  pathOf: path => resolve(folder, path),
  readText: (path, kind) => readText(resolve(folder, path), kind),
  async loadModule(path) {
    const loaded = (await import(`${pathToFileURL(resolve(folder, path)).href}${version}`)) as {
      readonly default?: unknown;
    };
    return { default: watched(loaded.default) };
  },
});

let versions = 0;

/** The same, with modules that are read again even if this process has loaded them before. */
export const freshFilesIn = (folder: string): Beside => filesIn(folder, `?version=${(versions += 1)}`);
