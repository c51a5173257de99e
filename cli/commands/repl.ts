import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { BerylError } from '../../base/error.ts';
import { ExitCode } from '../errors.ts';
import { EXAMPLES } from '../examples.ts';
import { readNetworkFile } from '../network-file.ts';
import type { Output } from '../output.ts';
import { COMMANDS, ReplState } from '../repl/commands.ts';
import { ScriptReader } from '../repl/reader.ts';
import { Session } from '../session.ts';

const DEMO_NETWORK = join(EXAMPLES, '01-honest-post', 'network.json');

/** `beryl repl`: scripts and questions at a prompt, or from a pipe. What is shown goes to stdout; a mistake ends nothing. */
export async function replCommand(options: { readonly network?: string }, output: Output): Promise<ExitCode> {
  const network = readNetworkFile(options.network ?? DEMO_NETWORK);
  const state = new ReplState(await Session.open(network));
  const reader = new ScriptReader();
  const isTerminal = process.stdin.isTTY === true;
  const lines = createInterface({ input: process.stdin, ...(isTerminal && { output: process.stderr }) });
  const prompt = (): void => {
    if (!isTerminal) return;
    lines.setPrompt(reader.isEmpty ? 'air> ' : '...> ');
    lines.prompt();
  };

  if (isTerminal)
    output.say(
      `peers: ${[...state.session.peerIds.keys()].join(', ')}; you are ${network.init}; :help lists what you can do`,
    );
  prompt();
  for await (const line of lines) {
    if (line.trim() === ':quit') break;
    const shown = await answer(state, reader, line);
    if (shown !== '') output.result(`${shown}\n`);
    prompt();
  }
  if (!reader.isEmpty) output.result(`${await attempt(() => state.run(reader.take()))}\n`);
  lines.close();
  return ExitCode.ok;
}

async function answer(state: ReplState, reader: ScriptReader, line: string): Promise<string> {
  if (!line.trimStart().startsWith(':') || !reader.isEmpty) {
    const script = reader.push(line);
    return script === undefined ? '' : attempt(() => state.run(script));
  }
  const [verb = '', ...words] = line.trim().slice(1).split(/\s+/);
  const command = Object.hasOwn(COMMANDS, verb) ? COMMANDS[verb] : undefined;
  if (command === undefined) return `there is no command \`:${verb}\`; :help lists them`;
  return attempt(() => command.run(state, words));
}

async function attempt(act: () => string | Promise<string>): Promise<string> {
  try {
    return await act();
  } catch (failure) {
    if (failure instanceof BerylError) return `${failure.code}: ${failure.message}`;
    throw failure;
  }
}
