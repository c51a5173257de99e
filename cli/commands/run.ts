import { printable } from '../../base/printable.ts';
import { CliError, type ExitCode } from '../errors.ts';
import { createRecordingFile, readText, STDIN } from '../files.ts';
import { readNetworkFile } from '../network-file.ts';
import type { Output } from '../output.ts';
import { reportText } from '../report.ts';
import { runJson } from '../run-json.ts';
import { Session } from '../session.ts';
import { verdictOf } from '../verdict.ts';

export interface RunOptions {
  readonly network: string;
  readonly json?: boolean;
  readonly verbose?: boolean;
  readonly record?: string;
}

/** `beryl run <script.air> --network <file.json>`: runs a script on the peers of a network file. */
export async function runCommand(path: string, options: RunOptions, output: Output): Promise<ExitCode> {
  if (path === STDIN && options.network === STDIN)
    throw new CliError('ERR_CLI_FILE', 'script and network file cannot both come from standard input');
  const script = readText(path, 'script');
  const { record } = options;
  const network = readNetworkFile(options.network);
  const sink = record === undefined ? undefined : createRecordingFile(record, [path, options.network]);
  const session = await Session.open(network, sink);
  await session.playWire();
  const report = await session.run(script, { file: path === STDIN ? 'standard input' : path });
  output.say(reportText(session, report, { verbose: options.verbose === true }));
  if (options.json === true) output.json(runJson(session, report));
  if (record !== undefined && sink !== undefined) {
    session.recorder.end();
    sink.close();
    const { run = 0, decision = 0 } = session.recorder.counts;
    output.say(`recorded ${run} runs and ${decision} calls in ${printable(record)}`);
  }
  return verdictOf(report).exitCode;
}
