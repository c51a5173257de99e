import { suggestion } from '../../../base/options.ts';
import { printable } from '../../../base/printable.ts';
import { CliError } from '../../errors.ts';
import type { Command } from '../command.ts';
import { usageOf } from '../command.ts';
import { GROUPS, TOPICS } from '../topics.ts';

export const helpCommand: Command = {
  name: 'help',
  group: 'sessions',
  usage: '[topic]',
  does: 'this list, or help on a command or topic with examples that can be pasted',
  words: [0, 1],
  help: `Topics are commands, and ${TOPICS.map(({ name }) => name).join(', ')}.`,
  examples: [':help', ':help why', ':help variables'],
  complete: () => TOPICS.map(({ name }) => name),
  run: ({ words: [topic], commands }) =>
    topic === undefined ? overview(commands) : topicText(topic, commands),
};

function overview(commands: readonly Command[]): string {
  const groups = GROUPS.map(({ group, title }) => {
    const rows = commands
      .filter(command => command.group === group)
      .map(command => `  ${`:${command.name}`.padEnd(12)}${command.does}`);
    return [title, ...rows].join('\n');
  });
  return [
    'Type an AIR script; it runs when its parentheses are closed. Names of peers and variables are known; a name alone shows its value.',
    ...groups,
    `:help <topic> has examples: a command, or ${TOPICS.map(({ name }) => name).join(', ')}`,
  ].join('\n');
}

function topicText(topic: string, commands: readonly Command[]): string {
  const wanted = topic.replace(/^:/u, '');
  const command = commands.find(({ name }) => name === wanted);
  if (command !== undefined) {
    const { does, help, examples } = command;
    return [usageOf(command), does, help, ...pasted(examples)].join('\n');
  }
  const found = TOPICS.find(({ name }) => name === wanted);
  if (found !== undefined) return [found.text, ...pasted(found.examples)].join('\n');
  const names = [...commands.map(({ name }) => name), ...TOPICS.map(({ name }) => name)];
  throw new CliError(
    'ERR_CLI_COMMAND',
    printable(`unknown topic \`${topic}\`${suggestion(wanted, names, '; :help lists what there is')}`),
  );
}

const pasted = (examples: readonly string[]): string[] =>
  examples.length === 0 ? [] : ['Paste:', ...examples.map(example => `  ${example}`)];
