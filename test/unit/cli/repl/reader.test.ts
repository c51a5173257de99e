import { describe, expect, it } from 'vitest';
import { FILE_BYTES_MAX } from '../../../../cli/files.ts';
import { ScriptReader } from '../../../../cli/repl/reader.ts';

describe('ScriptReader', () => {
  it.each<[string, string[], (string | undefined)[]]>([
    ['one line', ['(null)'], ['(null)']],
    ['several lines', ['(seq', ' (null)', '(null))'], [undefined, undefined, '(seq\n (null)\n(null))']],
    ['brackets in strings', ['(ap ")" x)'], ['(ap ")" x)']],
    ['brackets in comments', ['(seq ; )', '(null) (null))'], [undefined, '(seq ; )\n(null) (null))']],
    ['a string over lines', ['(ap "a', '" x)'], [undefined, '(ap "a\n" x)']],
    ['blank lines', ['', '  '], [undefined, undefined]],
    ['comments in front', ['; a file', '(null) ; end'], [undefined, '; a file\n(null) ; end']],
    ['comments alone', ['; a', '  ; b'], [undefined, undefined]],
    ['too many closing brackets', ['(null))'], ['(null))']],
  ])('%s', (_, lines, scripts) => {
    const reader = new ScriptReader();
    expect(lines.map(line => reader.push(line))).toEqual(scripts);
  });

  it('returns unfinished text, and starts again', () => {
    const reader = new ScriptReader();
    reader.push('(seq');
    expect(reader.isEmpty).toBe(false);
    expect(reader.take()).toBe('(seq');
    expect(reader.isEmpty).toBe(true);
    expect(reader.push('(null)')).toBe('(null)');
  });

  it('refuses an endless script, and starts again', () => {
    const reader = new ScriptReader();
    const line = ' '.repeat(FILE_BYTES_MAX.script / 4);
    const push = (): void => {
      for (let i = 0; i < 5; i++) reader.push(`(${line}`);
    };
    expect(push).toThrow(expect.objectContaining({ code: 'ERR_CLI_COMMAND' }) as Error);
    expect(reader.push('(null)')).toBe('(null)');
  });

  it('takes many lines in a time that grows with their number', () => {
    const reader = new ScriptReader();
    const started = performance.now();
    reader.push('(seq');
    for (let i = 0; i < 100_000; i++) reader.push('; a line');
    expect(performance.now() - started).toBeLessThan(5000);
  });
});
