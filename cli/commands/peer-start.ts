import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { printable } from '../../base/printable.ts';
import { readConfig, type Config, type Overrides } from '../daemon/config.ts';
import { ask } from '../daemon/control.ts';
import { startDaemon, type Daemon } from '../daemon/daemon.ts';
import { openLog } from '../daemon/log.ts';
import { requirePackages } from '../daemon/packages.ts';
import { folderOf, startWorkers, WORKER } from '../daemon/workers.ts';
import { CliError, ExitCode } from '../errors.ts';
import { readText } from '../files.ts';
import type { Output } from '../output.ts';

export interface PeerStartOptions {
  readonly config: string;
  readonly listen?: string;
  readonly peers?: string;
  readonly envelopes?: string;
  readonly metrics?: string;
  readonly logLevel?: string;
  readonly logFormat?: string;
  readonly workers?: string;
  readonly detach?: boolean;
  readonly json?: boolean;
}

/** How long a peer in the background may take to start, milliseconds. */
const START_MS = 30_000;
/** There are so many partitions: more workers have nothing to do. */
const WORKERS_MAX = 64;

/** `beryl peer start`: runs until it is stopped. */
export async function peerStartCommand(options: PeerStartOptions, output: Output): Promise<ExitCode> {
  const { [WORKER]: worker } = process.env;
  const whole = readConfig(options.config, process.env, overrides(options));
  const config = worker === undefined ? whole : workerConfig(whole, Number(worker));
  await refuseSecond(options.config, config.data);
  if (options.detach === true) return startInBackground(options, config.data, output);
  if (options.json === true)
    throw new CliError(
      'ERR_CLI_COMMAND',
      '--json goes with --detach: without it, stdout has the log, one JSON line each',
    );
  requirePackages(config.network);
  const write = (line: string): void => output.list(line);
  const daemon =
    worker === undefined && options.workers !== undefined
      ? await startWithWorkers(config, options.workers, write)
      : await startDaemon(config, process.env, write, worker === undefined ? undefined : Number(worker));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void daemon.stop());
  await daemon.ended;
  if (worker !== undefined) endChannel();
  return ExitCode.ok;
}

/** Workers are processes of this very command. */
async function startWithWorkers(
  config: Config,
  text: string,
  write: (line: string) => void,
): Promise<Daemon> {
  const count = Number(text);
  if (!Number.isSafeInteger(count) || count < 1 || count > WORKERS_MAX)
    throw new CliError('ERR_CLI_CONFIG', `\`--workers\` is a whole number of 1 to ${WORKERS_MAX}`);
  if (config.network.transport !== 'nats')
    throw new CliError('ERR_CLI_CONFIG', 'several workers meet on a bus: set `network.transport` to `nats`');
  const hosts = config.nats.hosts.length;
  if (hosts < count)
    throw new CliError(
      'ERR_CLI_CONFIG',
      `\`nats.hosts\` names ${hosts} host keys, and each of ${count} workers needs one: make them with \`beryl bus host\``,
    );
  const log = await openLog(config.log, write);
  const [script = '', ...args] = process.argv.slice(1);
  return startWorkers(config, count, log, [process.execPath, script, ...args], write);
}

/** A worker has a folder of its own, and a port of its own for its metrics. */
function workerConfig(config: Config, worker: number): Config {
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  const colon = config.metrics.lastIndexOf(':');
  const metrics =
    config.metrics === 'off'
      ? config.metrics
      : `${config.metrics.slice(0, colon)}:${Number(config.metrics.slice(colon + 1)) + worker}`;
  return { ...config, data: folderOf(config.data, worker), metrics };
}

/** The channel to the process that has started this worker would keep it alive. */
function endChannel(): void {
  process.removeAllListeners('disconnect');
  if (process.connected) process.disconnect();
}

/** Its store is locked as well; who holds the lock is worth more than that. */
async function refuseSecond(file: string, data: string): Promise<void> {
  const status = await ask(data, 'GET', '/status').catch(() => undefined);
  const { pid } = Object(status) as { pid?: unknown };
  if (typeof pid !== 'number') return;
  const why = `this peer already runs as process ${pid}: \`beryl peer stop -c ${file}\` stops it`;
  throw new CliError('ERR_CLI_PEER', printable(why), { pid });
}

function overrides({ listen, peers, envelopes, metrics, logLevel, logFormat }: PeerStartOptions): Overrides {
  const list = (text: string | undefined): string[] | undefined =>
    text === undefined ? undefined : text.split(',').map(item => item.trim());
  return {
    'network.listen': list(listen),
    'network.peers': list(peers),
    envelopes,
    metrics,
    'log.level': logLevel,
    'log.format': logFormat,
  };
}

/** The same command as a process of its own. */
async function startInBackground(options: PeerStartOptions, data: string, output: Output): Promise<ExitCode> {
  const args = process.argv.slice(1).filter(argument => argument !== '--detach' && argument !== '--json');
  mkdirSync(data, { recursive: true, mode: 0o700 });
  const path = join(data, 'peer.log');
  const log = openSync(path, 'a', 0o600);
  const child = spawn(process.execPath, args, { detached: true, stdio: ['ignore', log, log] });
  closeSync(log);
  for (const end = Date.now() + START_MS; Date.now() < end && child.exitCode === null;) {
    const status = await ask(data, 'GET', '/status').catch(() => undefined);
    if (isStatusOf(status, child.pid)) {
      child.unref();
      const { peerId, pid, addresses } = status;
      if (options.json === true) output.json({ peerId, pid, addresses, log: path });
      else output.list(addresses.join('\n'));
      output.say(`peer ${status.peerId} runs as process ${child.pid}, its log is ${path}`);
      return ExitCode.ok;
    }
    await new Promise(resolve => setTimeout(resolve, 50));
  }
  if (child.exitCode === null) child.kill();
  const last = readText(path, 'network').trimEnd().split('\n').at(-1) ?? '';
  throw new CliError('ERR_CLI_PEER', printable(`the peer of \`${options.config}\` did not start: ${last}`), {
    path,
  });
}

interface Status {
  readonly peerId: string;
  readonly pid: number;
  readonly addresses: readonly string[];
}

const isStatusOf = (status: unknown, pid: number | undefined): status is Status =>
  (status as Partial<Status> | undefined)?.pid === pid;
