import { formatText, parseUnchecked } from '../../../air-grammar/index.ts';
import { printableLines } from '../../../base/printable.ts';
import { readText } from '../../files.ts';
import type { Command } from '../command.ts';
import { filesFor } from '../complete-files.ts';

export const fmtCommand: Command = {
  name: 'fmt',
  group: 'scripts',
  usage: '[file | script]',
  does: 'a script in the one layout; the last script if left out',
  words: [0, Infinity],
  help: 'As `beryl fmt`, but it only shows the text. Comments stay.',
  examples: [':fmt (seq (null) (call auth ("authSrv" "get_status") [] s))'],
  complete: (_, words) => filesFor(words.at(-1) ?? '', ['.air']),
  run({ state, rest }) {
    const text = rest === '' ? state.ran.text : rest.startsWith('(') ? rest : readText(rest, 'script');
    parseUnchecked(text);
    return printableLines(formatText(text).trimEnd());
  },
};
