import { explainText } from '../../commands/explain.ts';
import { readText } from '../../files.ts';
import { checkScript } from '../../scripts/check.ts';
import type { Command } from '../command.ts';
import { filesFor } from '../complete-files.ts';
import { shown } from '../shown.ts';

export const explainCommand: Command = {
  name: 'explain',
  group: 'scripts',
  usage: '[file | script]',
  does: 'who acts when, and where each argument can come from, without running anything; the last script if left out',
  words: [0, Infinity],
  help: 'As `beryl explain`. The script may stand behind the command, or in a file.',
  examples: [':explain (call auth ("authSrv" "get_status") [] s)'],
  complete: (_, words) => filesFor(words.at(-1) ?? '', ['.air']),
  run({ state, rest }) {
    const isText = rest === '' || rest.startsWith('(');
    const text = rest === '' ? state.ran.text : isText ? rest : readText(rest, 'script');
    const name = isText ? 'prompt' : rest;
    const { script, error } = checkScript({ path: name, name, text }, new Set(state.names));
    if (script === undefined || error !== undefined) throw error ?? new Error('unreachable');
    return shown(explainText(script));
  },
};
