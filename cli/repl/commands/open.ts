import type { Command } from '../command.ts';
import { filesFor } from '../complete-files.ts';
import { readSession } from '../session-file.ts';

export const openCommand: Command = {
  name: 'open',
  group: 'sessions',
  usage: '<file>',
  does: 'begin anew, and run the inputs of a saved session',
  words: [1, 1],
  help: 'Services begin with their first state, variables of this session are gone. Every call is made again.',
  examples: [
    '(call auth ("authSrv" "get_status") [] s)',
    ':save session.txt',
    ':open session.txt',
    ':origins',
  ],
  complete: (_, words) => filesFor(words.at(-1) ?? '', ['.txt']),
  run({ words: [path = ''], reopen }) {
    const { network, text } = readSession(path);
    return reopen(network, text);
  },
};
