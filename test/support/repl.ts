import { join } from 'node:path';
import { MemorySink } from '../../audit/index.ts';
import { readNetworkFile } from '../../cli/network-file.ts';
import { Prompt } from '../../cli/repl/prompt.ts';
import { ReplState } from '../../cli/repl/state.ts';
import { COMMANDS } from '../../cli/repl/table.ts';
import { Session } from '../../network/session.ts';
import { ROOT } from './cli.ts';

const DEMO = join(ROOT, 'examples/01-honest-post/network.json');

/** A session of the demo's network at the prompt. */
async function replState(network = DEMO): Promise<ReplState> {
  const recording = new MemorySink();
  return new ReplState(await Session.open(readNetworkFile(network), recording), recording, network);
}

/** A prompt, and what one input at a time shows. */
export class Typed {
  readonly prompt: Prompt;
  #shown: string[] = [];

  private constructor(state: ReplState) {
    const open = (path: string | undefined): Promise<ReplState> => replState(path);
    this.prompt = new Prompt(state, COMMANDS, open, ({ text }) => void this.#shown.push(text));
  }

  static async open(network?: string): Promise<Typed> {
    return new Typed(await replState(network));
  }

  get state(): ReplState {
    return this.prompt.state;
  }

  /** What an input of one line, or of several, shows. */
  async type(text: string): Promise<string> {
    this.#shown = [];
    await this.prompt.takeAll(text);
    return this.#shown.join('\n');
  }
}
