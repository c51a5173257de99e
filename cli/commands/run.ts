import { readText, writeText } from '../files.ts';
import { readNetworkFile } from '../network-file.ts';
import type { Output } from '../output.ts';
import { reportText } from '../report.ts';
import { runJson, toJsonText } from '../run-json.ts';
import { Session } from '../session.ts';
import { verdictOf } from '../verdict.ts';
import type { ExitCode } from '../errors.ts';

export interface RunOptions {
  readonly network: string;
  readonly json?: boolean;
  readonly verbose?: boolean;
  readonly record?: string;
}

/** `beryl run <script.air> --network <file.json>`: runs a script on the peers of a network file. */
export async function runCommand(scriptPath: string, options: RunOptions, output: Output): Promise<ExitCode> {
  const script = readText(scriptPath);
  const session = await Session.open(readNetworkFile(options.network));
  await session.playWire();
  const report = await session.run(script);
  output.say(reportText(session, report, { verbose: options.verbose === true }));
  if (options.json === true) output.result(toJsonText(runJson(session, report)));
  if (options.record !== undefined) {
    writeText(options.record, session.recorder.toText());
    output.say(`recorded ${session.recorder.entries.length} entries in ${options.record}`);
  }
  return verdictOf(report).exitCode;
}
