import type { Command } from '../command.ts';
import { lookUp, wholeValue } from '../values.ts';

export const valueCommand: Command = {
  name: 'value',
  group: 'values',
  usage: '<name>',
  does: 'a whole value that a script has set, or a part of it; a terminal shows a long one in a pager',
  words: [1, 1],
  help: 'A part is written as in scripts: `status.$.is_admin`, `list.$.[0]`. The name alone does the same. The pager is that of `PAGER`, or `less`.',
  examples: ['(call auth ("authSrv" "get_status") [] status)', ':value status', 'status.$.is_admin'],
  complete: state => state.scripts.names,
  run({ state, words: [text = ''] }) {
    const found = lookUp(text, state.scripts);
    return {
      text: wholeValue(found.json, part => state.session.withNames(part)),
      exitCode: 0,
      isLong: true,
    };
  },
};
