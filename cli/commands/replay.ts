import { replay } from '../../audit/index.ts';
import { printable } from '../../base/printable.ts';
import { ExitCode } from '../errors.ts';
import { openRecordingFile } from '../files.ts';
import type { Output } from '../output.ts';

/** `beryl replay <recording>`: runs every recorded step again and names the first difference. */
export function replayCommand(path: string, options: { readonly json?: boolean }, output: Output): ExitCode {
  const source = openRecordingFile(path);
  const verdict = replay(source);
  source.close();
  if (options.json === true) output.json(verdict);
  if (verdict.equal) {
    output.say(`replayed ${verdict.runs} runs and ${verdict.calls} calls: equal to the byte`);
    return ExitCode.ok;
  }
  const { difference, runs, notReplayed } = verdict;
  if (difference !== undefined) output.say(`the replay differs: ${printable(difference.message)}`);
  else if (runs === 0) output.say('nothing was replayed: the recording has no run that can be run again');
  else output.say(`replayed ${runs} runs; ${notReplayed} cannot be run again: their inputs are withheld`);
  return ExitCode.refused;
}
