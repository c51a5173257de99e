import { join } from 'node:path';
import { MemorySink } from '../../audit/index.ts';
import { printable } from '../../base/printable.ts';
import { Session } from '../../network/index.ts';
import { ExitCode } from '../errors.ts';
import { EXAMPLES } from '../examples.ts';
import { readNetworkFile } from '../network-file.ts';
import type { Output } from '../output.ts';
import { History, historyPath } from '../repl/history.ts';
import { linesOf } from '../repl/lines.ts';
import { Prompt } from '../repl/prompt.ts';
import type { Shown } from '../repl/shown.ts';
import { ReplState } from '../repl/state.ts';
import { COMMANDS } from '../repl/table.ts';
import { isTerminal, Terminal } from '../repl/terminal.ts';

const DEMO_NETWORK = join(EXAMPLES, '01-honest-post', 'network.json');

export interface ReplOptions {
  readonly network?: string;
  /** Inputs instead of a terminal or a pipe. */
  readonly eval?: readonly string[];
}

/**
 * `beryl repl`: scripts and commands at a prompt, from a pipe, or from `--eval`. Output goes to stdout; a mistake does not end the
 * session. Without a terminal the exit code is that of the most severe failure; at a prompt, where every failure was seen, it is 0.
 */
export async function replCommand(options: ReplOptions, output: Output): Promise<ExitCode> {
  const state = await openState(options.network);
  const list = ({ text }: Shown): void => output.list(text);
  if (options.eval !== undefined) {
    const prompt = new Prompt(state, COMMANDS, openState, list);
    for (const text of options.eval) if (!(await prompt.takeAll(text))) break;
    await prompt.end();
    return prompt.gravest;
  }
  const tty = { input: process.stdin, drawn: process.stderr };
  if (!isTerminal(tty)) {
    const prompt = new Prompt(state, COMMANDS, openState, list);
    for await (const line of linesOf(process.stdin)) if (!(await prompt.take(line))) break;
    await prompt.end();
    return prompt.gravest;
  }
  const terminal = new Terminal(tty, output, new History(historyPath()));
  const prompt = new Prompt(state, COMMANDS, openState, shown => terminal.show(shown));
  const peers = [...state.session.peerIds.keys()].map(printable).join(', ');
  output.say(`peers: ${peers}; you are ${printable(state.starter)}; :help lists what you can do`);
  await terminal.run(prompt);
  await prompt.end();
  return ExitCode.ok;
}

async function openState(networkPath: string | undefined): Promise<ReplState> {
  const network = readNetworkFile(networkPath ?? DEMO_NETWORK);
  const recording = new MemorySink();
  return new ReplState(await Session.open(network, recording), recording, networkPath);
}
