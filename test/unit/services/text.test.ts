import { describe, expect, test } from 'vitest';
import { failureText, messageOf, oneLine, stackOf } from '../../../services/text.ts';

const trap = (): never => {
  throw new Error('trap');
};

describe('oneLine', () => {
  test.each([
    ['plain text', 'plain text'],
    ['two\nlines', 'two\\u{a}lines'],
    ['\u001b[31mred', '\\u{1b}[31mred'],
    ['a\u202eb', 'a\\u{202e}b'],
    ['a\u2028b', 'a\\u{2028}b'],
    ['a\ud800b', 'a\\u{d800}b'],
    ['ünïcode 🙂', 'ünïcode 🙂'],
  ])('%j', (text, line) => {
    expect(oneLine(text)).toBe(line);
  });
});

describe('failureText', () => {
  test('is what UTF-8 can hold, on as many lines as it has', () => {
    expect(failureText('a\n\ud800b')).toBe('a\n\ufffdb');
  });
});

describe('messageOf', () => {
  const UNSHOWN = 'a value that cannot be shown was thrown';
  test('is the message, or else the value as text', () => {
    const thrown: [unknown, string][] = [
      [new Error('no'), 'no'],
      [new TypeError(), 'TypeError'],
      [{ message: 'no' }, 'no'],
      [{ message: '' }, '[object Object]'],
      ['text', 'text'],
      ['', ''],
      [null, 'null'],
      [5n, '5'],
      [Symbol('s'), 'Symbol(s)'],
      [Object.create(null), UNSHOWN],
      [new Proxy({}, { get: trap }), UNSHOWN],
      [{ toString: trap }, UNSHOWN],
    ];
    expect(thrown.map(([value]) => messageOf(value))).toEqual(thrown.map(([, message]) => message));
  });
});

describe('stackOf', () => {
  test('is a text or nothing, whatever was thrown', () => {
    expect(stackOf(new Error('no'))).toContain('text.test.ts');
    const others = [null, undefined, 'text', { stack: 5 }, new Proxy({}, { get: trap })];
    expect(others.map(stackOf)).toEqual(others.map(() => undefined));
  });
});
