import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { BerylError } from '../../base/error.ts';
import { CliError, ExitCode, graverOf } from '../errors.ts';
import { EXAMPLES } from '../examples.ts';
import { readNetworkFile } from '../network-file.ts';
import { errorText, type Output } from '../output.ts';
import { COMMANDS, ReplState, type Shown } from '../repl/commands.ts';
import { linesOf } from '../repl/lines.ts';
import { ScriptReader } from '../repl/reader.ts';
import { Session } from '../session.ts';
import { printable } from '../../base/printable.ts';

const DEMO_NETWORK = join(EXAMPLES, '01-honest-post', 'network.json');

/**
 * `beryl repl`: scripts and commands at a prompt, or from a pipe. Output goes to stdout; a mistake does not end the session. From a pipe
 * the exit code is that of the most severe failure; at a prompt, where every failure was seen, it is 0.
 */
export async function replCommand(options: { readonly network?: string }, output: Output): Promise<ExitCode> {
  const network = readNetworkFile(options.network ?? DEMO_NETWORK);
  const session = new Prompt(new ReplState(await Session.open(network)), output);
  if (process.stdin.isTTY !== true) {
    for await (const line of linesOf(process.stdin)) if (!(await session.take(line))) break;
    await session.end();
    return session.gravest;
  }
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  output.say(`peers: ${session.peers}; you are ${printable(network.init)}; :help lists what you can do`);
  const prompt = (): void => {
    lines.setPrompt(session.isMidScript ? '...> ' : 'air> ');
    lines.prompt();
  };
  prompt();
  for await (const line of lines) {
    if (!(await session.take(line))) break;
    prompt();
  }
  await session.end();
  lines.close();
  return ExitCode.ok;
}

/** Runs lines, shows their results, and keeps the most severe failure. */
class Prompt {
  gravest: ExitCode = ExitCode.ok;
  readonly #state: ReplState;
  readonly #output: Output;
  readonly #reader = new ScriptReader();

  constructor(state: ReplState, output: Output) {
    this.#state = state;
    this.#output = output;
  }

  get peers(): string {
    return [...this.#state.session.peerIds.keys()].map(printable).join(', ');
  }

  get isMidScript(): boolean {
    return !this.#reader.isEmpty;
  }

  /** @returns Whether to go on. */
  async take(line: string): Promise<boolean> {
    const isCommand = !this.isMidScript && line.trimStart().startsWith(':');
    if (!this.isMidScript && line.trim() === ':quit') return false;
    await this.#show(() => (isCommand ? this.#command(line) : this.#script(line)));
    return true;
  }

  /** Runs unfinished text, which reports what is missing. */
  async end(): Promise<void> {
    if (this.isMidScript) await this.#show(() => this.#state.run(this.#reader.take()));
  }

  #command(line: string): Shown {
    const [verb = '', ...words] = line.trim().slice(1).split(/\s+/);
    const command = Object.hasOwn(COMMANDS, verb) ? COMMANDS[verb] : undefined;
    if (command === undefined)
      throw new CliError('ERR_CLI_COMMAND', `there is no command \`:${printable(verb)}\`; :help lists them`);
    return { text: command.run(this.#state, words), exitCode: ExitCode.ok };
  }

  async #script(line: string): Promise<Shown> {
    const script = this.#reader.push(line);
    return script === undefined ? NOTHING : this.#state.run(script);
  }

  async #show(act: () => Shown | Promise<Shown>): Promise<void> {
    const { text, exitCode } = await attempt(act);
    this.gravest = graverOf(this.gravest, exitCode);
    if (text !== '') this.#output.list(text);
  }
}

const NOTHING: Shown = { text: '', exitCode: ExitCode.ok };

async function attempt(act: () => Shown | Promise<Shown>): Promise<Shown> {
  try {
    return await act();
  } catch (failure) {
    if (failure instanceof BerylError) return { text: errorText(failure), exitCode: ExitCode.usage };
    throw failure;
  }
}
