import { printable } from '../../base/printable.ts';
import type { FileSink, Recorder } from '../../audit/index.ts';
import { CliError, ExitCode, graverOf } from '../errors.ts';
import { readText, STDIN } from '../files.ts';
import { readNetworkFile } from '../network-file.ts';
import { errorText, type Output } from '../output.ts';
import { recordedText } from '../report-text.ts';
import { reportText } from '../report.ts';
import type { RemoteOptions } from '../remote-run.ts';
import { runJson } from '../run-json.ts';
import { playWire, Session } from '../../network/index.ts';
import { isAqua } from '../aqua/names.ts';
import { verdictOf } from '../verdict.ts';

export interface RunOptions extends Partial<RemoteOptions> {
  readonly network?: string;
  readonly json?: boolean;
  readonly verbose?: boolean;
  readonly record?: string;
  /** Of an Aqua program: `fn(args)`. */
  readonly call?: string;
}

/** `beryl run <script.air> --network <file.json>`: runs a script on the peers of a network file. */
export async function runCommand(path: string, options: RunOptions, output: Output): Promise<ExitCode> {
  const { record, network: networkPath, peer } = options;
  if ((networkPath === undefined) === (peer === undefined))
    throw new CliError('ERR_CLI_COMMAND', 'give either `--network <file>` or `--peer <address>`');
  refuseIdle(path, options);
  if (path === STDIN && networkPath === STDIN)
    throw new CliError('ERR_CLI_FILE', 'script and network file cannot both come from standard input');
  if (networkPath === undefined) {
    if (isAqua(path)) throw new CliError('ERR_CLI_COMMAND', 'an Aqua program needs `--network`');
    return runOnPeer(readText(path, 'script'), options as RunOptions & RemoteOptions, output);
  }
  const text = isAqua(path) ? '' : readText(path, 'script');
  const network = readNetworkFile(networkPath);
  const sink = record === undefined ? undefined : await recordingFile(record, [path, networkPath]);
  const session = await Session.open(network, sink);
  await playWire(session);
  const { script, options: how } = isAqua(path)
    ? await (await import('./run-aqua.ts')).aquaRun(path, options.call, network, session, output)
    : { script: text, options: { file: path === STDIN ? 'standard input' : path } };
  const report = await session.run(script, how);
  output.say(reportText(session, report, { verbose: options.verbose === true }));
  // The run has happened, whatever becomes of its recording.
  const { recorder } = session;
  const failure = sink && recorder && endRecording(recorder, sink);
  if (options.json === true) output.json(runJson(session, report, failure));
  if (failure !== undefined) output.say(errorText(failure));
  else if (record !== undefined && recorder !== undefined)
    output.say(`recorded ${recordedText(recorder)} in ${printable(record)}`);
  const { exitCode } = verdictOf(report);
  return failure === undefined ? exitCode : graverOf(exitCode, ExitCode.usage);
}

/** An option that would change nothing is a mistake: its author believes that it does. */
function refuseIdle(path: string, { network, call, ttl, var: variables = [] }: RunOptions): void {
  const idle = (option: string, why: string): CliError =>
    new CliError('ERR_CLI_COMMAND', `\`${option}\` would change nothing: ${why}`);
  if (network !== undefined && variables.length > 0)
    throw idle('--var', 'variables stand in the network file, under `variables`');
  if (network !== undefined && ttl !== undefined)
    throw idle('--ttl', 'it stands in the network file, as `ttlMs`');
  if (call !== undefined && !isAqua(path)) throw idle('--call', 'only an Aqua program (.aqua) has functions');
}

/** Against running peers: the same report, of what this side of the network sees. */
async function runOnPeer(
  script: string,
  options: RunOptions & RemoteOptions,
  output: Output,
): Promise<ExitCode> {
  if (options.record !== undefined)
    throw new CliError(
      'ERR_CLI_COMMAND',
      '`--record` needs `--network`: each running peer records its own side',
    );
  const { runRemotely } = await import('../remote-run.ts');
  const { named, report } = await runRemotely(script, options);
  output.say(reportText(named, report, { verbose: options.verbose === true }));
  if (options.json === true) output.json(runJson(named, report));
  return verdictOf(report).exitCode;
}

async function recordingFile(path: string, inputs: readonly string[]): Promise<FileSink> {
  const { createRecordingFile } = await import('../recording-files.ts');
  return createRecordingFile(path, inputs);
}

function endRecording(recorder: Recorder, sink: FileSink): CliError | undefined {
  try {
    recorder.end();
    sink.close();
    return undefined;
  } catch (failure) {
    if (failure instanceof CliError) return failure;
    throw failure;
  }
}
