import { printable, shorten } from '../../../base/printable.ts';
import { canonicalJson } from '../../../interpreter/index.ts';
import { CliError } from '../../errors.ts';
import { valueOf } from '../../remote-run.ts';
import type { Command } from '../command.ts';
import { misused } from '../command.ts';

const NAME = /^[A-Za-z_][\w-]*$/u;
const CUT = 120;

export const setCommand: Command = {
  name: 'set',
  group: 'values',
  usage: '[name] [value]',
  does: 'give scripts a name for a value; without words, list such names',
  words: [0, Infinity],
  help: 'The value is JSON, or text that needs no quotes. The name of a peer stands for its id. Scripts load the value from the peer that starts them, so guards see that peer as its origin.',
  examples: [':set greeting "hello"', ':set limits {"max": 3}', ':set'],
  isKept: true,
  complete: (state, words) => (words.length === 1 ? [...state.session.names.keys()] : []),
  run({ state, words: [name], rest }) {
    if (name === undefined) {
      const lines = [...state.session.names].map(
        ([known, value]) => `${known} = ${shorten(state.session.withNames(canonicalJson(value)), CUT)}`,
      );
      return lines.map(printable).join('\n');
    }
    const value = rest.slice(name.length).trim();
    if (value === '') throw misused(setCommand);
    if (!NAME.test(name))
      throw new CliError(
        'ERR_CLI_COMMAND',
        printable(`\`${name}\` is not a name: use letters, digits, \`_\` and \`-\``),
      );
    state.session.define(name, valueOf(value));
    state.scripts.forget(name);
    return printable(
      `${name} = ${shorten(state.session.withNames(canonicalJson(state.session.names.get(name) ?? null)), CUT)}`,
    );
  },
};
