import { afterEach, describe, expect, it, vi } from 'vitest';
import { terminal } from '../../../cli/output.ts';

afterEach(() => void vi.restoreAllMocks());

/** What reaches each stream of this process while `act` runs. */
function shown(act: () => void): { stdout: string; stderr: string } {
  const written = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    vi.spyOn(process[stream], 'write').mockImplementation(text => {
      written[stream] += String(text);
      return true;
    });
  }
  act();
  vi.restoreAllMocks();
  return written;
}

describe('terminal', () => {
  it.each([
    ['say', 'stderr'],
    ['list', 'stdout'],
  ] as const)('%s writes printable lines to %s', (method, stream) => {
    const { stdout, stderr } = shown(() => terminal[method]('a\nb\u001b[2J\u202e\r'));
    expect({ stdout, stderr }).toEqual({
      stdout: '',
      stderr: '',
      [stream]: 'a\nb\\u{1b}[2J\\u{202e}\\u{d}\n',
    });
  });

  it('json writes escaped JSON to stdout', () => {
    const { stdout } = shown(() => terminal.json({ a: '\u001b\u202e\u{e0041}', n: 2n ** 63n }));
    expect(stdout).toBe('{\n  "a": "\\u001b\\u202e\\udb40\\udc41",\n  "n": 9223372036854775808\n}\n');
    expect(JSON.parse(stdout)).toMatchObject({ a: '\u001b\u202e\u{e0041}' });
  });
});
