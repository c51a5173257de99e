import { originLine } from '../../report-calls.ts';
import { functionText, name, valueText } from '../../report-text.ts';
import type { Command } from '../command.ts';

export const callsCommand: Command = {
  name: 'calls',
  group: 'time',
  usage: '',
  does: 'the calls of the last script, numbered, with their tetraplets',
  words: [0, 0],
  help: 'The numbers are those that `:why <call> [argument]` takes.',
  examples: ['(call auth ("authSrv" "get_status") [] s)', ':calls', ':why 1'],
  run({ state }) {
    const { report, named } = state.ran;
    return report.calls
      .map(({ peerId, request, decision }, i) => {
        const origins = request.tetraplets.map((_, argument) => originLine(named, request, argument));
        const what = `${functionText(request)} ${valueText(named.withNames(request.argumentsJson))}`;
        return `${i + 1}. ${name(named, peerId)} ${what} ${decision.kind}\n     ${origins.join('\n     ') || 'no arguments'}`;
      })
      .join('\n');
  },
};
