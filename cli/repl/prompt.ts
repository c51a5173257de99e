import { counted } from '../../base/counted.ts';
import { BerylError } from '../../base/error.ts';
import { CliError, ExitCode, exitCodeOf, graverOf } from '../errors.ts';
import { errorText } from '../output.ts';
import { readCommand, type Command } from './command.ts';
import { ScriptReader } from './reader.ts';
import { NOTHING, shown, type Shown } from './shown.ts';
import type { ReplState } from './state.ts';
import { isPath } from './values.ts';

/** Makes the state of a new session. @param networkPath The demo’s network if left out. */
export type OpenState = (networkPath: string | undefined) => Promise<ReplState>;

const isCommand = (line: string): boolean => line.trimStart().startsWith(':');

/** Reads lines, runs scripts and commands, shows their results, and keeps the most severe failure. */
export class Prompt {
  gravest: ExitCode = ExitCode.ok;
  state: ReplState;
  readonly commands: readonly Command[];
  readonly #open: OpenState;
  readonly #show: (shown: Shown) => void;
  #reader = new ScriptReader();
  #isInterrupted = false;

  constructor(state: ReplState, commands: readonly Command[], open: OpenState, show: (shown: Shown) => void) {
    this.state = state;
    this.commands = commands;
    this.#open = open;
    this.#show = show;
  }

  /** @returns Whether to go on. */
  async take(line: string): Promise<boolean> {
    if (this.#closes(this.#reader, line)) await this.#attempt(() => this.#drop(line));
    if (this.#reader.isEmpty && line.trim() === ':quit') return false;
    await this.#attempt(() => this.#taken(line));
    return true;
  }

  /** Lines of a text, one after the other, until one is interrupted. @returns Whether to go on. */
  async takeAll(text: string): Promise<boolean> {
    this.#isInterrupted = false;
    for (const line of text.split('\n')) {
      if (!(await this.take(line))) return false;
      if (!this.#isInterrupted) continue;
      this.#reader = new ScriptReader();
      return true;
    }
    return true;
  }

  /** Ends the wait for the script that runs; the lines behind it are not taken. */
  interrupt(): void {
    this.#isInterrupted = true;
    this.state.stop?.abort();
  }

  /** Whether an input is whole: nothing of it would wait for more lines. */
  isWhole(text: string): boolean {
    let reader = new ScriptReader();
    for (const line of text.split('\n')) {
      if (this.#closes(reader, line)) reader = new ScriptReader();
      if (!reader.isEmpty || !isCommand(line)) reader.push(line);
    }
    return reader.isEmpty;
  }

  /** Runs unfinished text, which reports what is missing. */
  async end(): Promise<void> {
    if (!this.#reader.isEmpty) await this.#attempt(() => this.#script(this.#reader.take()));
    await this.#leave();
  }

  /** Whether a line is a command although a script is open: no instruction looks like one. */
  #closes(reader: ScriptReader, line: string): boolean {
    if (reader.isEmpty || reader.isInString || !isCommand(line)) return false;
    const [name = ''] = line.trim().slice(1).split(/\s/u);
    return this.commands.some(command => command.name === name);
  }

  #drop(line: string): never {
    const { depth } = this.#reader;
    this.#reader.take();
    const [name = ''] = line.trim().split(/\s/u);
    throw new CliError(
      'ERR_CLI_COMMAND',
      `the script before \`${name}\` was not complete (${counted(depth, 'parenthesis', 'parentheses')} open) and is dropped`,
    );
  }

  #taken(line: string): Shown | Promise<Shown> {
    if (this.#reader.isEmpty) {
      const word = line.trim();
      if (isPath(word)) return this.#command(`:value ${word}`);
      if (isCommand(line)) {
        this.#reader.take();
        return this.#command(line);
      }
    }
    const script = this.#reader.push(line);
    return script === undefined ? NOTHING : this.#script(script);
  }

  async #script(text: string): Promise<Shown> {
    const end = await this.state.run(text);
    this.state.remember(text);
    return end;
  }

  async #command(line: string): Promise<Shown> {
    const { command, words, rest } = readCommand(line, this.commands);
    const { state, commands } = this;
    const made = await command.run({
      state,
      words,
      rest,
      commands,
      reopen: (networkPath, text) => this.#reopen(networkPath, text),
    });
    if (command.isKept === true) state.remember(line.trim());
    return typeof made === 'string' ? shown(made) : made;
  }

  async #reopen(networkPath: string | undefined, text: string): Promise<Shown> {
    const next = await this.#open(networkPath);
    await this.#leave();
    this.state = next;
    this.#reader = new ScriptReader();
    await this.takeAll(text);
    return NOTHING;
  }

  async #leave(): Promise<void> {
    for (const { connection } of this.state.remotes.values()) await connection.client.close();
    await this.state.session.end();
  }

  async #attempt(act: () => Shown | Promise<Shown>): Promise<void> {
    let end: Shown;
    try {
      end = await act();
    } catch (failure) {
      if (!(failure instanceof BerylError)) throw failure;
      end = { text: errorText(failure), exitCode: exitCodeOf(failure) };
    }
    this.gravest = graverOf(this.gravest, end.exitCode);
    if (end.text !== '') this.#show(end);
  }
}
