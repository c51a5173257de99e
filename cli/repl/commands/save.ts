import { resolve } from 'node:path';
import { counted } from '../../../base/counted.ts';
import { printable } from '../../../base/printable.ts';
import type { Command } from '../command.ts';
import { filesFor } from '../complete-files.ts';
import { writeSession } from '../session-file.ts';

export const saveCommand: Command = {
  name: 'save',
  group: 'sessions',
  usage: '<file>',
  does: 'write the scripts of this session, and the commands that change it, as text that can be opened or pasted',
  words: [1, 1],
  help: 'The file holds inputs, not results: `:open` runs them again. It can be edited, and piped into `beryl repl`. Only you may read it, since scripts may hold private text.',
  examples: ['(call auth ("authSrv" "get_status") [] s)', ':save session.txt'],
  complete: (_, words) => filesFor(words.at(-1) ?? '', ['.txt']),
  run({ state: { inputs, inputsForgotten, networkPath }, words: [path = ''] }) {
    const network = networkPath === undefined ? undefined : resolve(networkPath);
    writeSession(path, { network, inputs });
    const lost = inputsForgotten === 0 ? '' : `; the first ${inputsForgotten} are forgotten`;
    return `saved ${counted(inputs.length, 'input')} in ${printable(path)}${lost}`;
  },
};
