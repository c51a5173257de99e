import { spawn, spawnSync, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from './cli.ts';

const WAIT_MS = 60_000;

const isThere = (command: string, ...args: string[]): boolean => spawnSync(command, args).status === 0;

/** What gives a process a terminal here. */
const WAY = isThere('script', '--version')
  ? 'script'
  : isThere('python3', '-c', 'import pty')
    ? 'python3'
    : undefined;

/** Why terminals cannot be tested here; nothing if they can. */
export const noTerminal =
  WAY === undefined ? 'needs `script` of util-linux or python3 with its module pty' : undefined;

/** `beryl repl` at a pseudo-terminal, and somebody who types. */
export class TypedTerminal {
  /** What the terminal was sent, with `␛` for the escape character. */
  screen = '';
  readonly #process: ChildProcessWithoutNullStreams;
  #seen = 0;
  #changed: () => void = () => undefined;
  readonly #end: Promise<number | null>;

  constructor(args: readonly string[], env: Readonly<Record<string, string>>) {
    const beryl = [process.execPath, join(ROOT, 'bin/beryl.mjs'), 'repl', ...args]
      .map(word => `'${word}'`)
      .join(' ');
    const command = `stty cols 100 rows 24; exec ${beryl}`;
    const [program, ...words] =
      WAY === 'script'
        ? ['script', '--quiet', '--return', '--flush', '--command', command, '/dev/null']
        : [
            'python3',
            '-c',
            'import os,pty,sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))',
            'sh',
            '-c',
            command,
          ];
    this.#process = spawn(program as string, words, { env: { ...process.env, TERM: 'xterm', ...env } });
    this.#process.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.screen += text.replaceAll('\u001b', '␛');
      this.#changed();
    });
    this.#end = new Promise(resolve => this.#process.on('close', resolve));
  }

  /** Types a text, after what was typed before has been shown. */
  type(text: string): void {
    this.#process.stdin.write(text);
  }

  /** Waits until something new is on the screen. @returns What came until then. */
  async until(pattern: RegExp): Promise<string> {
    const late = Date.now() + WAIT_MS;
    for (;;) {
      const fresh = this.screen.slice(this.#seen);
      const found = pattern.exec(fresh);
      if (found !== null) {
        this.#seen += found.index + found[0].length;
        return fresh.slice(0, found.index + found[0].length);
      }
      if (Date.now() > late)
        throw new Error(`${pattern} did not come; the screen ends with ${JSON.stringify(fresh.slice(-500))}`);
      await new Promise<void>(resolve => {
        const timer = setTimeout(resolve, 1000);
        this.#changed = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  /** Exit code, once the process has ended. */
  get ended(): Promise<number | null> {
    return this.#end;
  }

  kill(): void {
    this.#process.kill();
  }
}
