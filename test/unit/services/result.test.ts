import { describe, expect, test } from 'vitest';
import { fail, ok, okJson } from '../../../services/index.ts';

describe('ok and okJson', () => {
  test('carry what they are given, unchecked: dispatch checks it', () => {
    const value = { a: NaN };
    expect(ok(value).value).toBe(value);
    expect(ok().value).toBeUndefined();
    expect(okJson('{').text).toBe('{');
  });
});

describe('fail', () => {
  test.each([
    ['a text', ['sold out'], 'sold out', null],
    ['a text and details', ['sold out', { left: 0 }], 'sold out', { left: 0 }],
    ['an error', [new RangeError('too much'), [1]], 'too much', [1]],
    ['an object with a message', [{ message: 'no' }], 'no', null],
    ['an empty text', [''], '', null],
    ['false', [false], 'false', null],
    ['a list', [[1, 'x']], '[1,"x"]', null],
    ['integers of 64 bits', [{ n: 2n ** 60n }, 2n ** 60n], '{"n":1152921504606846976}', 2n ** 60n],
  ] as [string, Parameters<typeof fail>, string, unknown][])('%s', (_, given, text, details) => {
    const failure = fail(...given);
    expect([failure.text, failure.json]).toEqual([text, details]);
  });

  test('keeps a copy of its details', () => {
    const details = { list: [1] };
    const { json } = fail('no', details);
    details.list.push(2);
    expect(json).toEqual({ list: [1] });
  });
});

describe('okJson of a value that is not a string', () => {
  test.each([
    [5, '5'],
    [{}, 'an object'],
    [undefined, 'undefined'],
    [null, 'null'],
  ])('%j says what to write', (given, found) => {
    expect(() => okJson(given as unknown as string)).toThrow(
      `okJson takes JSON as text, found ${found}; return the value itself, or write okJson('5') for 5`,
    );
  });
});
