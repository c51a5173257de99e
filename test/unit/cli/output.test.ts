import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../../support/cli.ts';

/** Runs a line of code that uses the real terminal. */
function shown(code: string): { stdout: string; stderr: string } {
  const output = JSON.stringify(join(ROOT, 'dist/cli/output.js'));
  const source = `import { terminal } from ${output}; ${code}`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', source], {
    encoding: 'utf8',
  });
  return { stdout, stderr };
}

describe('terminal', () => {
  it.each([
    ['say', 'stderr'],
    ['list', 'stdout'],
  ] as const)('%s writes printable lines to %s', (method, stream) => {
    const { stdout, stderr } = shown(`terminal.${method}('a\\nb\\u001b[2J\\u202e\\r')`);
    expect({ stdout, stderr }).toEqual({
      stdout: '',
      stderr: '',
      [stream]: 'a\nb\\u{1b}[2J\\u{202e}\\u{d}\n',
    });
  });

  it('json writes escaped JSON to stdout', () => {
    const { stdout } = shown(`terminal.json({ a: '\\u001b\\u202e\\u{e0041}', n: 2n ** 63n })`);
    expect(stdout).toBe('{\n  "a": "\\u001b\\u202e\\udb40\\udc41",\n  "n": 9223372036854775808\n}\n');
    expect(JSON.parse(stdout)).toMatchObject({ a: '\u001b\u202e\u{e0041}' });
  });
});
