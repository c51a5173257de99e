import { describe, expect, it } from 'vitest';
import { AirError, parse } from '../../../air-grammar/index.ts';
import { BerylError } from '../../../base/error.ts';
import { refusal } from './harness.ts';

describe('AirError', () => {
  it('shows each finding with its line', () => {
    const error = refusal('(seq\n  (ap "🦊" x) (ap y x))');
    expect(error).toBeInstanceOf(BerylError);
    expect(error.code).toBe('ERR_AIR_VALIDATION');
    expect(error.diagnostics).toEqual([
      {
        code: 'ERR_AIR_VALIDATION',
        rule: 'V1',
        message: "variable 'y' wasn't defined",
        span: { start: 19, end: 27 },
        line: 2,
        column: 14,
      },
    ]);
    expect(error.message).toBe(
      [
        "error: variable 'y' wasn't defined",
        '  ┌─ script.air:2:14',
        '2 │   (ap "🦊" x) (ap y x))',
        '  │              ^^^^^^^^',
        '',
      ].join('\n'),
    );
    expect(JSON.parse(JSON.stringify(error))).toMatchObject({
      name: 'AirError',
      details: { diagnostics: [{ rule: 'V1' }] },
    });
  });

  it('reports the findings of all rules together, in the order of the rules', () => {
    const text = '(seq (fail 0 "m") (seq (next j) (fold [] i (fold z i (new i (par (next i) (next i)))))))';
    expect(refusal(text).diagnostics.map(({ rule }) => rule)).toEqual(['V1', 'V2', 'V3', 'V4', 'V5', 'V6']);
  });

  it('shows twenty findings and counts the rest', () => {
    const { diagnostics, message } = refusal(
      `${'(seq '.repeat(30)}${Array.from({ length: 30 }, (_, i) => `(ap u${i} x))`).reduce((all, one) => `${all} ${one}`, '(null)')}`,
    );
    expect(diagnostics).toHaveLength(20);
    expect(message.endsWith('\n… and 10 more\n')).toBe(true);
  });

  it('cuts long lines around the finding, between characters', () => {
    const text = `(seq (ap "${'🦊'.repeat(1000)}" x) (ap "${'🦊'.repeat(1000)}" 5))`;
    const [, place, line = '', marker = ''] = refusal(text).message.split('\n');
    expect(place).toBe('  ┌─ script.air:1:2023');
    expect(line.isWellFormed()).toBe(true);
    expect(line.length).toBeLessThan(180);
    expect([...line][[...marker].indexOf('^')]).toBe('5');
  });

  it('shows nothing that moves a cursor or turns the reading direction', () => {
    const { message } = refusal('(next "\u001b[2J\u202e\r")');
    for (const hidden of ['\u001b', '\u202e', '\r']) expect(message).not.toContain(hidden);
    expect(message).toContain('(next "\\u{1b}[2J\\u{202e} ")');
  });

  it('is thrown by parse', () => {
    expect(() => parse('(')).toThrow(AirError);
  });
});
