import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  checkOptions,
  isAnything,
  isFunction,
  isIterable,
  isPositive,
  isString,
  required,
} from '../base/options.ts';
import type { Shape } from '../base/options.ts';
import { printable, shorten } from '../base/printable.ts';
import { ChannelError, type ChannelConnector, type ChannelLink } from '../services/index.ts';
import { BOOTSTRAP_VARIABLE } from './environment.ts';
import { streamLink } from './stream-link.ts';

/** What {@link childProcess} is given. */
export interface ChildProcessOptions {
  /** The program. It is started as it is, without a shell. */
  readonly command: string;
  readonly args?: readonly string[];
  readonly cwd?: string;
  /** Its environment. Left out: that of this process. The one-time key is added as `BERYL_CHANNEL_KEY`. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Called with each line that it writes to standard error, made printable: it may be a stranger's. Left out: they are dropped. */
  readonly onErrorLine?: (line: string) => void;
  /** How long it may go on when the channel is closed, before it is killed, milliseconds. Left out: 2 s. */
  readonly graceMs?: number;
}

const OPTIONS: Shape<ChildProcessOptions> = {
  command: required(isString),
  args: isIterable,
  cwd: isString,
  env: isAnything,
  onErrorLine: isFunction,
  graceMs: isPositive,
};
const GRACE_MS = 2000;
/** Of a line of standard error. */
const LINE_MAX = 4096;

/**
 * A service as a child process that speaks over its standard input and output. The channel starts it again when it ends.
 *
 * @throws {TypeError} If an option is missing, misspelt or of the wrong kind.
 * @example const connector = childProcess({ command: 'python3', args: ['orders.py'], onErrorLine: line => console.error(line) });
 */
export function childProcess(options: ChildProcessOptions): ChannelConnector {
  checkOptions('childProcess', options, OPTIONS);
  return { needsBootstrap: true, open: bootstrap => start(options, bootstrap) };
}

async function start(options: ChildProcessOptions, bootstrap: string | undefined): Promise<ChannelLink> {
  const { command, args = [], cwd, env = process.env, onErrorLine, graceMs = GRACE_MS } = options;
  const child = spawn(command, [...args], {
    cwd,
    env: { ...env, ...(bootstrap !== undefined && { [BOOTSTRAP_VARIABLE]: bootstrap }) },
    stdio: ['pipe', 'pipe', onErrorLine === undefined ? 'ignore' : 'pipe'],
  });
  try {
    await once(child, 'spawn');
  } catch (cause) {
    throw new ChannelError(
      'ERR_CHANNEL_DOWN',
      `\`${command}\` cannot be started: ${(cause as Error).message}; check the command and its folder`,
      {},
      { cause },
    );
  }
  child.on('error', () => undefined);
  const { stdin, stdout, stderr } = child;
  if (stderr !== null && onErrorLine !== undefined) eachLine(stderr, onErrorLine);
  if (stdin === null || stdout === null) throw new TypeError('a child process without pipes');
  return streamLink(stdout, stdin, () => end(child, graceMs));
}

/** Its input ends, and so should it; then it gets SIGTERM, and after the grace SIGKILL. */
function end(child: ChildProcess, graceMs: number): void {
  child.stdin?.end();
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
  child.once('exit', () => clearTimeout(timer));
}

/** Lines are bounded and printable: a service that never ends one does not fill the memory, and none moves the cursor of a terminal. */
function eachLine(stream: NodeJS.ReadableStream, listener: (line: string) => void): void {
  let rest = '';
  const show = (line: string): void => listener(printable(shorten(line, LINE_MAX)));
  stream.setEncoding('utf8');
  stream.on('data', (piece: string) => {
    const lines = (rest + piece).split('\n');
    rest = (lines.pop() ?? '').slice(0, LINE_MAX);
    for (const line of lines) show(line);
  });
  stream.on('end', () => {
    if (rest !== '') show(rest);
  });
}
