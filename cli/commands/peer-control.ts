import { printable } from '../../base/printable.ts';
import { toBase64 } from '../../base/bytes.ts';
import { readConfig } from '../daemon/config.ts';
import { ask } from '../daemon/control.ts';
import { readIdentityFile } from '../daemon/identities.ts';
import { CliError, ExitCode } from '../errors.ts';
import { readBytes } from '../files.ts';
import type { Output } from '../output.ts';

export interface PeerControlOptions {
  readonly config: string;
  readonly json?: boolean;
  readonly count?: string;
  readonly wait?: string;
  readonly role?: string;
  readonly reason?: string;
  readonly list?: string;
}

/** How long `stop` waits for the end, milliseconds. */
const STOP_MS = 60_000;

/** `beryl peer status | particles | services | log | drain | resume | deny | allow | stop`: asks the running peer. */
export async function peerControlCommand(
  name: string,
  args: readonly string[],
  options: PeerControlOptions,
  output: Output,
): Promise<ExitCode> {
  const { data } = readConfig(options.config, process.env);
  const answer = await perform(name, args, options, data);
  if (options.json === true) output.json(answer);
  else if (Array.isArray(answer) && answer.length === 0) output.say(`no ${name}`);
  else for (const line of linesOf(answer)) output.list(printable(line));
  if (name === 'allow' && (answer as { isDenied?: boolean }).isDenied === true)
    output.say(
      'the peer is still denied, by `denyFile`, a signed list or its own statements: `beryl peer status` names them',
    );
  if (name === 'stop') await stopped(data);
  const isLeft = name === 'drain' && ((answer as { atWork?: number }).atWork ?? 0) > 0;
  return isLeft ? ExitCode.network : ExitCode.ok;
}

function perform(
  name: string,
  [id]: readonly string[],
  options: PeerControlOptions,
  data: string,
): Promise<unknown> {
  const count = `?count=${Number(options.count ?? 100)}`;
  switch (name) {
    case 'particles':
    case 'log':
      return ask(data, 'GET', `/${name}${count}`);
    case 'status':
    case 'services':
      return ask(data, 'GET', `/${name}`);
    case 'drain':
      return ask(data, 'POST', '/drain', { waitMs: Number(options.wait) });
    case 'deny': {
      const { list, role, reason } = options;
      if (list !== undefined)
        return ask(data, 'POST', '/deny-list', { list: toBase64(readBytes(list, 'network')) });
      if (id === undefined) throw new CliError('ERR_CLI_PEER', 'name the peer to deny, or give `--list`');
      return ask(data, 'POST', '/deny', { peerId: id, role, ...(reason !== undefined && { reason }) });
    }
    case 'identity':
      return ask(data, 'POST', '/identity', { statements: readIdentityFile(id ?? '').map(toBase64) });
    case 'allow':
      return ask(data, 'POST', '/allow', { peerId: id });
    default:
      return ask(data, 'POST', `/${name}`);
  }
}

/** Names of fields, as people know them. */
const LABELS: Readonly<Record<string, string>> = { isPaused: 'draining' };

/** One line for each entry, `name: value`. */
function linesOf(answer: unknown): string[] {
  if (Array.isArray(answer)) return answer.map(item => (typeof item === 'string' ? item : lineOf(item)));
  return Object.entries(Object(answer) as object).flatMap(([name, value]) => {
    const label = LABELS[name] ?? name;
    return isTable(value)
      ? [`${label}:`, ...value.map(row => `  ${lineOf(row)}`)]
      : [`${label}: ${textOf(value)}`];
  });
}

/** Such as the workers of a peer: each has a line of its own. */
const isTable = (value: unknown): value is readonly object[] =>
  Array.isArray(value) && value.length > 0 && value.every(row => typeof row === 'object' && row !== null);

const lineOf = (item: unknown): string =>
  Object.entries(Object(item) as object)
    .map(([name, value]) => `${name} ${textOf(value)}`)
    .join('  ');

const textOf = (value: unknown): string =>
  Array.isArray(value)
    ? value.map(String).join(' ') || '–'
    : typeof value === 'object'
      ? lineOf(value) || '–'
      : String(value);

async function stopped(data: string): Promise<void> {
  for (const end = Date.now() + STOP_MS; Date.now() < end;) {
    const isRunning = await ask(data, 'GET', '/status').then(
      () => true,
      () => false,
    );
    if (!isRunning) return;
    await new Promise(resolve => setTimeout(resolve, 50));
  }
  throw new CliError('ERR_CLI_PEER', `the peer has not stopped within ${STOP_MS} ms`);
}
