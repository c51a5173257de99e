import { resolve } from 'node:path';
import { parsePolicyFile } from '../network/index.ts';
import type { Policy } from '../services/index.ts';
import { readText } from './files.ts';

/**
 * Reads a policy. Names of peers of a network file stand for their ids.
 *
 * @throws {CliError} ERR_CLI_FILE if it cannot be read. @throws {NetworkError} ERR_CLI_POLICY if it is malformed.
 */
export const readPolicyFile = (path: string, peers?: ReadonlyMap<string, string>): Policy =>
  parsePolicyFile(readText(resolve(path), 'policy'), path, peers);
