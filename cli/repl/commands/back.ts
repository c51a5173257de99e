import type { Command } from '../command.ts';
import { countOf } from '../words.ts';

export const backCommand: Command = {
  name: 'back',
  group: 'time',
  usage: '[count]',
  does: 'go back by one instruction',
  words: [0, 1],
  help: 'The other direction of `:step`.',
  examples: ['(call auth ("authSrv" "get_status") [] s)', ':step 3', ':back'],
  run: ({ state, words: [count] }) => state.ran.travel.back(countOf(count, backCommand)),
};
