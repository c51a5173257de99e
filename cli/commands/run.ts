import { printable } from '../../base/printable.ts';
import { CliError, type ExitCode } from '../errors.ts';
import { readText, STDIN, writeBytes } from '../files.ts';
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
  const session = await Session.open(readNetworkFile(options.network));
  await session.playWire();
  const report = await session.run(script, { file: path === STDIN ? 'standard input' : path });
  output.say(reportText(session, report, { verbose: options.verbose === true }));
  if (options.json === true) output.json(runJson(session, report));
  if (options.record !== undefined) {
    writeBytes(options.record, session.recorder.toText());
    output.say(`recorded ${session.recorder.entries.length} entries in ${printable(options.record)}`);
  }
  return verdictOf(report).exitCode;
}
