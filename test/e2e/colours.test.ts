import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { beryl, ROOT } from '../support/cli.ts';

const ESCAPE = String.fromCharCode(27);
const ARGS = [
  'run',
  'examples/05-wrong-field/script.air',
  '--network',
  'examples/05-wrong-field/network.json',
];

/** What a terminal of a person shows. */
function atTerminal(env: Readonly<Record<string, string>>): string {
  const { NO_COLOR: _no, FORCE_COLOR: _force, CI: _ci, ...rest } = process.env;
  const command = [process.execPath, join(ROOT, 'bin/beryl.mjs'), ...ARGS].join(' ');
  const { stdout } = spawnSync('script', ['--quiet', '--flush', '--command', command, '/dev/null'], {
    cwd: ROOT,
    input: '',
    encoding: 'utf8',
    env: { ...rest, TERM: 'xterm-256color', ...env },
  });
  expect(stdout).toContain('outcome: denied');
  return stdout;
}

it('outcomes are in colour at a terminal', () => {
  expect(atTerminal({})).toContain(`${ESCAPE}[31moutcome: denied`);
});

it.each([{ NO_COLOR: '1' }, { TERM: 'dumb' }])('not with %j', env => {
  expect(atTerminal(env)).not.toContain(ESCAPE);
});

it('not in a pipe, and the text is the same', () => {
  const { stderr } = beryl(ARGS);
  expect(stderr).toContain('outcome: denied');
  expect(stderr).not.toContain(ESCAPE);
});
