import { replay } from '../../audit/index.ts';
import { printable } from '../../base/printable.ts';
import { ExitCode } from '../errors.ts';
import { readText } from '../files.ts';
import type { Output } from '../output.ts';

/** `beryl replay <recording>`: runs every recorded step again and names the first difference. */
export function replayCommand(path: string, options: { readonly json?: boolean }, output: Output): ExitCode {
  const verdict = replay(readText(path, 'recording'));
  if (options.json === true) output.json(verdict);
  if (verdict.equal) {
    output.say(`replayed ${verdict.steps} runs and ${verdict.calls} calls: equal to the byte`);
    return ExitCode.ok;
  }
  const { difference } = verdict;
  const what =
    difference.kind === 'difference' ? 'the replay differs' : `the recording is ${difference.kind}`;
  output.say(`${what}: ${printable(difference.message)}`);
  return ExitCode.refused;
}
