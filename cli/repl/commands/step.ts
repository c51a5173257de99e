import { counted } from '../../../base/counted.ts';
import { CliError } from '../../errors.ts';
import type { Command } from '../command.ts';
import { misused, usageOf } from '../command.ts';
import { countOf } from '../words.ts';

export const stepCommand: Command = {
  name: 'step',
  group: 'time',
  usage: '[count | run <number>]',
  does: 'go on by one instruction in what has happened: instruction, variables, tetraplets, trace, what is pending where',
  words: [0, 2],
  help: 'The last script is run again in thought, peer by peer, in the order in which its runs happened. Each place is before an instruction that acts, or at the end of a run: there you see the trace that the run left, and what waits for whom. `:step run 3` goes to the third run.',
  examples: [
    '(seq (call auth ("authSrv" "get_status") [] s) (call blog ("blogSrv" "add_post") ["hi" s.$.is_admin] post))',
    ':step',
    ':step 2',
    ':step run 2',
  ],
  run({ state, words }) {
    const { travel } = state.ran;
    if (words[0] !== 'run') {
      if (words.length > 1) throw misused(stepCommand);
      return travel.step(countOf(words[0], stepCommand));
    }
    if (words[1] === undefined) throw misused(stepCommand);
    const run = countOf(words[1], stepCommand);
    if (run > travel.runs)
      throw new CliError(
        'ERR_CLI_COMMAND',
        `usage: ${usageOf(stepCommand)}; the last script has ${counted(travel.runs, 'run')}`,
      );
    return travel.goTo(run);
  },
};
