import { counted } from '../../base/counted.ts';
import {
  openRecording,
  replay,
  testGuards,
  type Difference,
  type GuardTestReport,
  type RecordingSource,
  type ReplayVerdict,
} from '../../audit/index.ts';
import { printable } from '../../base/printable.ts';
import { Session } from '../../network/index.ts';
import { ExitCode, graverOf } from '../errors.ts';
import { readNetworkFile } from '../network-file.ts';
import { openRecordingFile } from '../recording-files.ts';
import type { Output } from '../output.ts';
import { progressOf } from '../progress.ts';

const WHY = {
  withheld: 'its inputs are withheld',
  limits: 'it does more than this build goes along with, under recorded limits far above its own',
} as const;

export interface ReplayOptions {
  readonly json?: boolean;
  /** A network file: its guards are asked again. */
  readonly services?: string;
}

/** `beryl replay <recording>`: runs every recorded step again and names the first difference. */
export async function replayCommand(path: string, options: ReplayOptions, output: Output): Promise<ExitCode> {
  const source = openRecordingFile(path);
  try {
    const progress = progressOf('particles replayed');
    const verdict = replay(source, { onProgress: progress.show });
    progress.end();
    const guards = options.services === undefined ? undefined : await guardsOf(source, options.services);
    if (options.json === true) output.json({ ...verdict, ...(guards && { guards }) });
    const exitCode = sayVerdict(verdict, output);
    return guards === undefined ? exitCode : graverOf(exitCode, sayGuards(guards, output));
  } finally {
    source.close();
  }
}

/** The guards of a network file's services, asked again. */
async function guardsOf(source: RecordingSource, path: string): Promise<GuardTestReport> {
  const session = await Session.open(readNetworkFile(path));
  const names = new Map([...session.peerIds].map(([name, id]) => [id, name]));
  return testGuards(
    openRecording(source),
    peerId => {
      const name = names.get(peerId);
      return name === undefined ? undefined : session.servicesOf(name).map(({ definition }) => definition);
    },
    peerId => names.get(peerId),
  );
}

function sayGuards({ checked, unchecked, changed, changedCount }: GuardTestReport, output: Output): ExitCode {
  for (const { entry, service, function: fn, before, now, text } of changed.slice(0, SHOWN_MAX))
    output.say(
      `entry ${entry}: ${printable(`\`${service}.${fn}\``)} ended at \`${before}\`, now at \`${now}\`${text === '' ? '' : `\n${indented(text)}`}`,
    );
  const rest =
    unchecked === 0 ? '' : `; ${counted(unchecked, 'call')} of services that the file does not have`;
  output.say(
    `guards asked again for ${counted(checked, 'call')}: ${changedCount === 0 ? 'equal' : `${changedCount} differ`}${rest}`,
  );
  return changedCount === 0 ? ExitCode.ok : ExitCode.refused;
}

const SHOWN_MAX = 10;
const indented = (text: string): string =>
  text
    .split('\n')
    .map(line => `  ${printable(line)}`)
    .join('\n');

/** What a replay has found, for people. */
export function sayVerdict(verdict: ReplayVerdict, output: Output): ExitCode {
  if (verdict.equal) {
    output.say(
      `replayed ${counted(verdict.runs, 'run')} and ${counted(verdict.calls, 'call')}: equal to the byte`,
    );
    return ExitCode.ok;
  }
  const { difference, runs, notReplayed, hindrance } = verdict;
  const why = hindrance && `, entry ${hindrance.entry} because ${WHY[hindrance.kind]}`;
  if (difference !== undefined) output.say(differenceText(difference));
  else if (runs + notReplayed === 0) output.say('nothing was replayed: the recording has no run');
  else output.say(`replayed ${counted(runs, 'run')}; ${notReplayed} cannot be run again${why ?? ''}`);
  return ExitCode.refused;
}

/** What was recorded, and what this build gives, one above the other. */
function differenceText({ message, line, script, field, expected, actual }: Difference): string {
  const place = script === undefined ? [] : [`  script     line ${script.line}, column ${script.column}`];
  return [
    `the replay differs: ${printable(message)}`,
    `  recording  line ${line}, \`${printable(field)}\``,
    ...place,
    `  recorded   ${printable(expected)}`,
    `  now        ${printable(actual)}`,
  ].join('\n');
}
