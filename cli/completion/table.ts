import type { Argument, Command, Option } from 'commander';

/** What may stand at a place of the command line. */
export type Values = 'file' | 'text' | readonly string[];

/** One command, as completions need it. */
export interface CompletionEntry {
  /** Its words, each after a slash: `/audit/calls`; empty for `beryl` itself. */
  readonly at: string;
  readonly commands: readonly Named[];
  readonly options: readonly CompletionOption[];
  /** What its arguments are; the last one counts for all that follow. */
  readonly arguments: readonly Values[];
}

export interface Named {
  readonly name: string;
  readonly description: string;
}

export interface CompletionOption {
  /** `-n` and `--network`. */
  readonly names: readonly string[];
  readonly description: string;
  /** Nothing for a flag. */
  readonly values: Values | undefined;
}

/** Placeholders of arguments and options that name files or folders. */
const FILES = /^(file|files|folder|script|recording|recordings|other|policy|list)$/u;

/** All commands below a command, itself first: what `--help` shows, as data. */
export function completionTable(command: Command, at = ''): CompletionEntry[] {
  const commands = command.createHelp().visibleCommands(command);
  const entry: CompletionEntry = {
    at,
    commands: commands.map(inner => ({ name: inner.name(), description: inner.description() })),
    options: command.createHelp().visibleOptions(command).map(optionOf),
    arguments: command.registeredArguments.map(valuesOf),
  };
  const inner = command.commands.filter(one => commands.includes(one));
  return [entry, ...inner.flatMap(one => completionTable(one, `${at}/${one.name()}`))];
}

function optionOf(option: Option): CompletionOption {
  const { short, long, description, flags, required, optional, argChoices } = option;
  const [, placeholder = ''] = /[<[]([^>\]]*)[>\]]/u.exec(flags) ?? [];
  const values = required || optional ? (argChoices ?? kindOf(placeholder)) : undefined;
  return { names: [short, long].filter(name => name !== undefined), description, values };
}

const valuesOf = (argument: Argument): Values => argument.argChoices ?? kindOf(argument.name());
const kindOf = (placeholder: string): Values => (FILES.test(placeholder) ? 'file' : 'text');
