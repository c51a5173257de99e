import { aquaRun } from '../../commands/run-aqua.ts';
import type { Command } from '../command.ts';
import { filesFor } from '../complete-files.ts';

const PARTS = /^(?<file>\S+)(?:\s+(?<call>[^]*))?$/u;

export const aquaCommand: Command = {
  name: 'aqua',
  group: 'scripts',
  usage: '<file> [function(arguments)]',
  does: 'compile an Aqua program and call one of its functions; without a call, list them',
  words: [1, Infinity],
  help: 'Arguments are JSON, or names of the session. The compiler is an optional package: the error says what to install. docs/aqua.md has programs.',
  examples: [],
  isKept: true,
  complete: (_, words) => filesFor(words.at(-1) ?? '', ['.aqua']),
  async run({ state, rest }) {
    const { file = '', call } = PARTS.exec(rest)?.groups ?? {};
    const said: string[] = [];
    const say = (text: string): void => void said.push(text);
    const output = { say, list: say, json: () => undefined };
    const { session } = state;
    const { script, options } = await aquaRun(file, call, session.network, session, output);
    const { text, exitCode } = await state.run(script, options);
    return { text: [...said, text].join('\n'), exitCode };
  },
};
