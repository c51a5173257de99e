import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../support/cli.ts';

/** A person at a terminal: types a line when the prompt before it is there. */
function atTerminal(lines: readonly string[]): Promise<{ code: number | null; screen: string }> {
  const command = `'${process.execPath}' '${join(ROOT, 'bin/beryl.mjs')}' repl`;
  const terminal = spawn('script', ['--quiet', '--return', '--flush', '--command', command, '/dev/null'], {
    env: { ...process.env, TERM: 'xterm' },
  });
  let screen = '';
  let typed = 0;
  return new Promise((resolve, reject) => {
    terminal.stdout.setEncoding('utf8').on('data', (text: string) => {
      screen += text;
      const prompts = screen.match(/(air|\.\.\.)> /g)?.length ?? 0;
      // Each typed line is echoed; a prompt may be drawn more than once, so one line waits for one more prompt at least.
      if (typed < lines.length && prompts > typed && /> .\[\d+G$/.test(screen)) {
        terminal.stdin.write(`${lines[typed]}\n`);
        typed += 1;
      }
    });
    terminal.on('error', reject);
    terminal.on('close', code => resolve({ code, screen }));
  });
}

describe('beryl repl at a terminal', () => {
  it('prompts, shows, continues after mistakes, and leaves with 0', async () => {
    const { code, screen } = await atTerminal([
      ':peers',
      '(seq',
      '(null) (fail 7 "oh \u202e no"))',
      ':fly',
      ':quit',
    ]);
    expect(screen).toContain(
      'peers: author, auth, blog, mallory; you are author; :help lists what you can do',
    );
    expect(screen).toMatch(/author {7}12D3KooW/);
    expect(screen).toContain('...> ');
    expect(screen).toContain('outcome: script-error at author');
    expect(screen).toContain('oh \\u{202e} no');
    expect(screen).toContain('ERR_CLI_COMMAND: there is no command `:fly`');
    expect(code).toBe(0);
  });
});
