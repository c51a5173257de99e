import { describe, expect, it } from 'vitest';
import { applyGetter, isGetter, parseJson } from '../../../../interpreter/index.ts';

const RESULT = parseJson('{"a":[0,{"b":true}],"a.b":1,"length":2,"0":3}');

describe('getters', () => {
  it.each([
    ['', RESULT],
    ['.$.a', [0, { b: true }]],
    ['.$.a.[1].b', true],
    ['.$.a.length', 2],
    ['.$.length', 2],
    ['.$.["a.b"]', 1],
    ['.$.["0"]', 3],
  ])('`%s` gets a part', (getter, part) => {
    expect(isGetter(getter)).toBe(true);
    expect(applyGetter(RESULT, getter)).toEqual(part);
  });

  it.each(['.$.b', '.$.a.[2]', '.$.a.b', '.$.length.length', '.length'])('`%s` gets nothing here', getter => {
    expect(isGetter(getter)).toBe(true);
    expect(applyGetter(RESULT, getter)).toBeUndefined();
  });

  it('`.length` is of arrays', () => {
    expect(applyGetter([1, 2], '.length')).toBe(2);
  });

  it.each([
    'a',
    '$.a',
    '.$',
    '.$.',
    '.$.a.',
    '.$.a..b',
    '.$.a.[x]',
    '.$.a.[01]',
    '.$.a[0]',
    '.$.["a"]',
    '.$.["a.b',
    '.$.a b',
    '.a',
    ':error:',
    ':error:.$.message',
    '.length.length',
  ])('`%s` is not a getter', text => {
    expect(isGetter(text)).toBe(false);
    expect(applyGetter(RESULT, text)).toBeUndefined();
  });
});
