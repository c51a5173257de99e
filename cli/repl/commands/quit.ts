import type { Command } from '../command.ts';

/** The prompt ends before it would run this; the row is for help and completion. */
export const quitCommand: Command = {
  name: 'quit',
  group: 'sessions',
  usage: '',
  does: 'leave; so does Ctrl-D on an empty line',
  words: [0, 0],
  help: 'Nothing but the history is kept: use `:save` and `:record` before.',
  examples: [],
  run: () => '',
};
