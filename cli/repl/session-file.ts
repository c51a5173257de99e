import { chmodSync } from 'node:fs';
import { attempt, readText, writeBytes } from '../files.ts';

/** What a saved session holds. */
interface SavedSession {
  /** Path of the network file; the demo’s if left out. */
  readonly network: string | undefined;
  readonly inputs: readonly string[];
}

const HEAD = '; a session of beryl repl: open it with `:open`, or pipe it into `beryl repl`';
const NETWORK = /^; network: (.+)$/mu;
const OWNER_ONLY = 0o600;

/** @throws {CliError} ERR_CLI_FILE. */
export function writeSession(path: string, { network, inputs }: SavedSession): void {
  const head = network === undefined ? [HEAD] : [HEAD, `; network: ${network}`];
  writeBytes(path, `${[...head, ...inputs].join('\n')}\n`);
  attempt(path, 'write', () => chmodSync(path, OWNER_ONLY));
}

/** @throws {CliError} ERR_CLI_FILE. */
export function readSession(path: string): { network: string | undefined; text: string } {
  const text = readText(path, 'script');
  const [first = '', second = ''] = text.split('\n', 2);
  return { network: NETWORK.exec(`${first}\n${second}`)?.[1], text };
}
