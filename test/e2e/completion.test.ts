import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { beryl, folderOf } from '../support/cli.ts';

/** How a shell starts without anybody's settings, loads completions, and gets a `beryl` that says what it was called with. */
const SHELLS = {
  bash: {
    start: 'bash --norc --noprofile -i',
    load: (file: string) => `source ${file}; beryl() { echo "cal""led: $*"; }`,
  },
  zsh: {
    start: 'zsh -f -i',
    load: (file: string) =>
      `autoload -U compinit; compinit -u -D; source ${file}; beryl() { echo "cal""led: $*"; }`,
  },
  fish: {
    start: 'fish --no-config -i',
    load: (file: string) => `source ${file}; function beryl; echo "cal""led: $argv"; end`,
  },
} as const;
type Shell = keyof typeof SHELLS;

const isInstalled = (shell: Shell): boolean => spawnSync(shell, ['-c', 'true']).status === 0;

/** Types a line with tabs at a terminal, and returns what `beryl` was called with. */
async function typed(shell: Shell, line: string): Promise<string> {
  const { stdout } = beryl(['completion', shell]);
  const folder = folderOf({ completions: stdout, 'notes.air': '(null)' });
  const { start, load } = SHELLS[shell];
  const terminal = spawn('script', ['--quiet', '--flush', '--command', start, '/dev/null'], {
    cwd: folder,
    env: { ...process.env, TERM: 'xterm', HOME: folder, PS1: '> ' },
  });
  let screen = '';
  let waiting: { pattern: RegExp; found: (text: string) => void } | undefined;
  const look = (): void => {
    const [, text] = waiting?.pattern.exec(screen) ?? [];
    if (text !== undefined) waiting?.found(text);
  };
  terminal.stdout.setEncoding('utf8').on('data', (text: string) => {
    screen += text;
    look();
  });
  const shows = (pattern: RegExp): Promise<string> =>
    new Promise((found, failed) => {
      const end = setTimeout(() => failed(new Error(`nothing like ${pattern} in ${screen}`)), 30_000);
      waiting = { pattern, found: text => void (clearTimeout(end), found(text)) };
      look();
    });
  try {
    // The echo of a command has two quotes in the word, its output has none.
    terminal.stdin.write(`${load(join(folder, 'completions'))}; echo rea""dy\n`);
    await shows(/(ready)/);
    terminal.stdin.write(`${line}\n`);
    return await shows(/^.*?called: (.*?)\r?$/m);
  } finally {
    terminal.kill();
  }
}

describe.each(Object.keys(SHELLS) as Shell[])('%s completes', shell => {
  it.skipIf(!isInstalled(shell)).each([
    ['commands', 'beryl comple\tba\t', 'completion bash'],
    [
      'commands of commands, options and their values',
      'beryl aud\tcal\t--outc\tden\t',
      'audit calls --outcome denied',
    ],
    ['values of options', 'beryl audit export x --form\totl\t', 'audit export x --format otlp'],
    ['files', 'beryl explain not\t', 'explain notes.air'],
  ])('%s', async (_, line, called) => {
    expect((await typed(shell, line)).trim()).toBe(called);
  });
});

describe('beryl completion', () => {
  it('refuses a shell that it does not know', () => {
    const end = beryl(['completion', 'tcsh']);
    expect(end.code).toBe(2);
    expect(end.stderr).toContain('Allowed choices are bash, zsh, fish');
  });
});
