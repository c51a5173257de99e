import type { Command } from 'commander';
import { EXIT_MEANINGS } from '../errors.ts';
import { bold, heading, roff, term } from './roff.ts';

export interface ManPage {
  /** `beryl-run.1` */
  readonly file: string;
  readonly text: string;
}

/** A page for `beryl`, and one for each of its commands, from the table that `--help` shows. */
export function manPages(program: Command): ManPage[] {
  const commands = program.createHelp().visibleCommands(program);
  const verbs = program.commands.filter(command => commands.includes(command));
  return [pageOf(program, mainSections(verbs)), ...verbs.map(verb => pageOf(verb, verbSections(verb)))];
}

function pageOf(command: Command, sections: readonly string[]): ManPage {
  const root = command.parent ?? command;
  const name = command === root ? root.name() : `${root.name()}-${command.name()}`;
  const text = [
    `.TH ${roff(name.toUpperCase())} 1 "" "${root.name()} ${roff(root.version() ?? '')}" "${root.name()}"`,
    heading('name'),
    `${roff(name)} \\- ${roff(command.description())}`,
    ...sections,
    heading('see also'),
    command === root
      ? `The pages in the folder ${bold('docs')} of the package: ${bold('docs/tutorial.md')} to begin with, ${bold('docs/cli.md')} for every command.`
      : `${bold(root.name())}(1)`,
  ].join('\n');
  return { file: `${name}.1`, text: `${text}\n` };
}

function mainSections(verbs: readonly Command[]): string[] {
  return [
    heading('synopsis'),
    `${bold('beryl')} \\fIcommand\\fR [\\fIoptions\\fR]`,
    heading('description'),
    'Reports for people go to standard error. What was asked for goes to standard output: listings, and with \\fB\\-\\-json\\fR one JSON document for every outcome.',
    heading('commands'),
    ...verbs.map(verb => term(`${bold(`beryl-${verb.name()}`)}(1)`, roff(verb.description()))),
    heading('exit status'),
    ...EXIT_MEANINGS.map(([code, meaning]) => term(String(code), roff(meaning))),
    heading('environment'),
    term(bold('NO_COLOR'), 'If it is set to any text, nothing is shown in colour.'),
  ];
}

function verbSections(verb: Command): string[] {
  const inner = verb.commands.length === 0 ? [] : verb.createHelp().visibleCommands(verb);
  const commands = verb.commands.filter(command => inner.includes(command));
  if (commands.length === 0)
    return [heading('synopsis'), synopsis(verb), ...partsOf(verb, heading), ...exitStatus];
  return [
    heading('synopsis'),
    commands.map(synopsis).join('\n.br\n'),
    heading('commands'),
    ...commands.flatMap(command => [
      `.SS ${roff(command.name())}`,
      roff(command.description()),
      ...partsOf(command, () => ''),
    ]),
    ...exitStatus,
  ];
}

const exitStatus = [heading('exit status'), `See ${bold('beryl')}(1).`];

const synopsis = (command: Command): string =>
  `${bold(wordsOf(command))} ${roff(command.usage().replace('[options] [command]', '[options]'))}`;

const wordsOf = (command: Command): string =>
  command.parent === null ? command.name() : `${wordsOf(command.parent)} ${command.name()}`;

/** Arguments and options of a command. */
function partsOf(command: Command, titled: (title: string) => string): string[] {
  const help = command.createHelp();
  const args = help.visibleArguments(command);
  const options = help.visibleOptions(command);
  return [
    ...(args.length === 0 ? [] : [titled('arguments')]),
    ...args.map(argument =>
      term(`\\fI${roff(argument.name())}\\fR`, roff(help.argumentDescription(argument))),
    ),
    titled('options'),
    ...options.map(option => term(bold(option.flags), roff(help.optionDescription(option)))),
  ].filter(line => line !== '');
}
