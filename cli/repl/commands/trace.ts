import { decodeData } from '../../../interpreter/index.ts';
import { name } from '../../report-text.ts';
import { dataLines } from '../../report.ts';
import type { Command } from '../command.ts';

export const traceCommand: Command = {
  name: 'trace',
  group: 'time',
  usage: '',
  does: 'what each peer recorded and waits for, after the last script',
  words: [0, 0],
  help: 'One section for each peer that has run the script: its last code, the signed records that it knows, and the calls that are requested or pending.',
  examples: ['(call auth ("authSrv" "get_status") [] s)', ':trace'],
  run({ state }) {
    const { report, named } = state.ran;
    const lastOf = new Map(report.steps.map(step => [step.input.params.currentPeerId, step]));
    return [...lastOf]
      .flatMap(([peerId, { input, outcome }]) => [
        `${name(named, peerId)}: code ${outcome.retCode}`,
        ...dataLines(named, decodeData(outcome.data, input.params.particleSignature, 'outcome')),
      ])
      .join('\n');
  },
};
