import { describe, expect, it } from 'vitest';
import { jsonLine, JsonText, jsonText } from '../../../cli/json-text.ts';
import { Float } from '../../../interpreter/index.ts';

const VALUES: readonly unknown[] = [
  null,
  true,
  'a"\\\n',
  1.5,
  [],
  {},
  [1, [2, { a: [] }]],
  { 'a b': { c: null }, ['__proto__']: 1 },
];

describe('jsonText', () => {
  it.each(VALUES)('is JSON.stringify where that loses nothing: %j', value => {
    expect(jsonText(value)).toBe(JSON.stringify(value, null, 2));
    expect(jsonLine(value)).toBe(JSON.stringify(value));
  });

  it.each([
    [2n ** 63n, '9223372036854775808'],
    [-(2n ** 63n), '-9223372036854775808'],
    [[9007199254740993n], '[9007199254740993]'],
    [new Float(1), '1.0'],
    [new JsonText('{"a":1.0}'), '{"a":1.0}'],
    [{ a: undefined, b: 1 }, '{"b":1}'],
    [[undefined], '[null]'],
  ])('loses nothing: %#', (value, text) => {
    expect(jsonLine(value)).toBe(text);
    expect(jsonText(value).replaceAll(/\s/g, '')).toBe(text);
  });
});
