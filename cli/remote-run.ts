import { parseJson, type Json, type JsonValue } from '../interpreter/index.ts';
import { printable } from '../base/printable.ts';
import { ClientError } from '../client/index.ts';
import { Connection } from './connection.ts';
import { CliError } from './errors.ts';
import { readText } from './files.ts';
import type { PeerNames, ScriptReport } from '../network/index.ts';

export interface RemoteOptions {
  /** Address of a running peer. */
  readonly peer: string;
  /** `name=JSON`, or `name=text`. */
  readonly var?: readonly string[];
  readonly ttl?: string;
}

const TTL_MS = 7000;
/** Longest wait for the connection, milliseconds; the ttl may be shorter. */
const CONNECT_MS = 10_000;

/** Runs a script against running peers. @returns What happened here, which is what a report shows; other peers keep their own. */
export async function runRemotely(
  script: string,
  options: RemoteOptions,
): Promise<{ named: PeerNames; report: ScriptReport }> {
  const ttlMs = ttlOf(options.ttl);
  const given = variablesOf(options.var ?? []);
  const connectMs = Math.min(ttlMs, CONNECT_MS);
  const connection = await Connection.open({ address: options.peer, connectMs }, 'client', 'peer');
  const { client, named } = connection;
  try {
    const variables = { peer: client.relayId, ...given };
    const report = await connection.run(script, variables, ttlMs).catch(withFlag);
    // What is under way ends first: then the report is complete.
    await client.close();
    return { named, report: report() };
  } finally {
    await client.close();
  }
}

/** Names that are missing are set with a flag here. */
function withFlag(failure: unknown): never {
  if (!(failure instanceof ClientError) || failure.code !== 'ERR_CLIENT_VARIABLE') throw failure;
  const { missing } = failure.details as { readonly missing: readonly string[] };
  const names = missing.map(name => `\`${name}\``).join(', ');
  const flags = missing.map(name => `--var ${name}=<value>`).join(' ');
  throw new CliError('ERR_CLI_VARIABLE', printable(`the script does not define ${names}: give \`${flags}\``));
}

/** @throws {CliError} `ERR_CLI_COMMAND`. */
function ttlOf(text: string | undefined): number {
  const ttlMs = text === undefined ? TTL_MS : Number(text);
  if (Number.isSafeInteger(ttlMs) && ttlMs > 0) return ttlMs;
  throw new CliError('ERR_CLI_COMMAND', '`--ttl` is a whole number of milliseconds, above 0');
}

/** @throws {CliError} `ERR_CLI_VARIABLE`. */
function variablesOf(texts: readonly string[]): Record<string, JsonValue> {
  const entries = texts.map(text => {
    const at = text.indexOf('=');
    if (at < 1)
      throw new CliError('ERR_CLI_VARIABLE', `\`${text}\` must be \`name=value\`, or \`name=@file\``);
    const value = text.slice(at + 1);
    return [
      text.slice(0, at),
      valueOf(value.startsWith('@') ? readText(value.slice(1), 'network') : value),
    ] as const;
  });
  return Object.fromEntries(entries) as Record<string, JsonValue>;
}

/** JSON, or a text that needs no quotes, such as a peer id. */
export function valueOf(text: string): Json {
  try {
    return parseJson(text);
  } catch {
    return text;
  }
}
