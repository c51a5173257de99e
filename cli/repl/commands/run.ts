import { readText } from '../../files.ts';
import type { Command } from '../command.ts';
import { filesFor } from '../complete-files.ts';

export const runCommand: Command = {
  name: 'run',
  group: 'scripts',
  usage: '[file]',
  does: 'run a script of a file, or the last script again',
  words: [0, 1],
  help: 'The file is read each time. Comments may stand anywhere. Without a file the last script runs again, from its beginning: use it after `:tamper`, `:service` or `:set`.',
  examples: ['(call auth ("authSrv" "get_status") [] status)', ':run'],
  isKept: true,
  complete: (_, words) => filesFor(words.at(-1) ?? '', ['.air']),
  run({ state, words: [path] }) {
    if (path === undefined) return state.run(state.ran.text);
    return state.run(readText(path, 'script').trimEnd(), { file: path });
  },
};
