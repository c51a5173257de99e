import { printable } from '../../../base/printable.ts';
import { tetrapletText } from '../../report-text.ts';
import type { Command } from '../command.ts';
import { behind } from '../origin-tree.ts';
import { lookUp } from '../values.ts';

const SHOWN_MAX = 5;

export const originsCommand: Command = {
  name: 'origins',
  group: 'values',
  usage: '[name]',
  does: 'the direct origin of each variable, or of one',
  words: [0, 1],
  help: 'One line for each origin: who made the value, and the record that proves it. A later script may read these variables, and guards see these origins.',
  examples: ['(call auth ("authSrv" "get_status") [] s)', ':origins', ':origins s'],
  complete: state => state.scripts.names,
  run({ state, words: [only] }) {
    const names = only === undefined ? state.scripts.names : [lookUp(only, state.scripts).variable.name];
    if (names.length === 0) return 'no script has set a variable yet';
    return names
      .flatMap(name => {
        const origins = state.scripts.variable(name)?.origins ?? [];
        const lines = origins
          .slice(0, only === undefined ? SHOWN_MAX : Infinity)
          .map(origin => `${tetrapletText(state.ranNamed, origin.tetraplet)} ${behind(origin)}`);
        const more = origins.length > lines.length ? [`and ${origins.length - lines.length} more`] : [];
        return [...lines, ...more].map((line, i) => `${printable(i === 0 ? name : '').padEnd(12)} ${line}`);
      })
      .join('\n');
  },
};
