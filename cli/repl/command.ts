import { suggestion } from '../../base/options.ts';
import { printable } from '../../base/printable.ts';
import { CliError } from '../errors.ts';
import type { Shown } from './shown.ts';
import type { ReplState } from './state.ts';

/** What a command is given. */
export interface Asked {
  readonly state: ReplState;
  readonly words: readonly string[];
  /** Everything behind the command, as it was typed. */
  readonly rest: string;
  readonly commands: readonly Command[];
  /** Leaves this session and begins another one, in which the inputs of the text run. */
  reopen(networkPath: string | undefined, text: string): Promise<Shown>;
}

/** A row of the table: help, completion and docs/repl.md are made from it. */
export interface Command {
  readonly name: string;
  readonly group: 'scripts' | 'values' | 'peers' | 'time' | 'attacks' | 'sessions';
  /** What follows the name: `<must>`, `[may]`. */
  readonly usage: string;
  readonly does: string;
  /** Fewest and most words. */
  readonly words: readonly [least: number, most: number];
  /** Sentences for `:help <name>`. */
  readonly help: string;
  /** Inputs that can be pasted one after the other into a session of the demo; a test does. */
  readonly examples: readonly string[];
  /** Whether `:save` writes it: it changes what later inputs do. */
  readonly isKept?: boolean;
  /** What may stand as the next word. */
  complete?(state: ReplState, words: readonly string[]): readonly string[];
  /** @throws {BerylError} What the user can fix. */
  run(asked: Asked): string | Shown | Promise<string | Shown>;
}

export const usageOf = ({ name, usage }: Pick<Command, 'name' | 'usage'>): string =>
  usage === '' ? `:${name}` : `:${name} ${usage}`;

export const misused = (command: Pick<Command, 'name' | 'usage'>): CliError =>
  new CliError('ERR_CLI_COMMAND', `usage: ${usageOf(command)}`);

/**
 * The command of a line that begins with a colon.
 *
 * @throws {CliError} ERR_CLI_COMMAND for a name that is not known, and for words that are missing or too many: what would be ignored is
 *   a mistake.
 */
export function readCommand(
  line: string,
  commands: readonly Command[],
): { command: Command; words: string[]; rest: string } {
  const [, name = '', rest = ''] = /^\s*:(\S*)\s*([^]*?)\s*$/u.exec(line) ?? [];
  const command = commands.find(each => each.name === name);
  if (command === undefined) {
    const names = commands.map(each => `:${each.name}`);
    const near = suggestion(`:${name}`, names, '; :help lists them');
    throw new CliError('ERR_CLI_COMMAND', `unknown command \`:${printable(name)}\`${near}`);
  }
  const words = rest === '' ? [] : rest.split(/\s+/u);
  const [least, most] = command.words;
  if (words.length < least || words.length > most) throw misused(command);
  return { command, words, rest };
}
