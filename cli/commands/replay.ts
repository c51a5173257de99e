import { replay } from '../../audit/index.ts';
import { ExitCode } from '../errors.ts';
import { readText } from '../files.ts';
import type { Output } from '../output.ts';
import { toJsonText } from '../run-json.ts';

/** `beryl replay <recording>`: runs every recorded step again and names the first difference. */
export function replayCommand(path: string, options: { readonly json?: boolean }, output: Output): ExitCode {
  const verdict = replay(readText(path));
  if (options.json === true) output.result(toJsonText(verdict));
  if (verdict.equal) {
    output.say(`replayed ${verdict.steps} runs and ${verdict.calls} calls: equal to the byte`);
    return ExitCode.ok;
  }
  const { difference } = verdict;
  output.say(`not what happened (${difference.kind}): ${difference.message}`);
  return ExitCode.refused;
}
