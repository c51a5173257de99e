import { describe, expect, it } from 'vitest';
import {
  checkOptions,
  hasMethods,
  hasShape,
  isAnything,
  isBoolean,
  isCount,
  isFunction,
  isIterable,
  isOneOf,
  isPlain,
  isPositive,
  isString,
  required,
  shown,
  suggestion,
  type Check,
} from '../../../base/options.ts';

interface Options {
  readonly mode?: string;
  readonly management?: boolean;
  readonly timeoutMs?: number;
  readonly id: string;
}
const shape = {
  mode: isOneOf('enforce', 'monitor', 'off'),
  management: isBoolean,
  timeoutMs: isPositive,
  id: required(isString),
};
const check = (options: unknown): void => checkOptions('f', options as Options, shape);

describe('checkOptions', () => {
  it.each([
    ['all that is required', { id: 'x' }],
    ['all of it', { id: '', mode: 'off', management: false, timeoutMs: 0.5 }],
    ['undefined for what is left out', { id: 'x', mode: undefined }],
    ['an object without prototype', Object.assign(Object.create(null) as object, { id: 'x' })],
  ])('accepts %s', (_, options) => {
    expect(() => check(options)).not.toThrow();
  });

  it.each([
    ['nothing', undefined, 'f: options must be an object, found undefined'],
    ['null', null, 'f: options must be an object, found null'],
    ['a list', [], 'f: options must be an object, found an array'],
    ['a function', () => 1, 'f: options must be an object, found a function'],
    ['nothing of what is required', {}, 'f: option `id` is missing'],
    ['undefined where a value is required', { id: undefined }, 'f: option `id` is missing'],
    ['a wrong value', { id: 1 }, 'f: option `id` must be a string, found 1'],
    [
      'a letter left out',
      { id: 'x', managment: true },
      'f: unknown option `managment`; did you mean `management`?',
    ],
    [
      'two letters swapped',
      { id: 'x', mangaement: true },
      'f: unknown option `mangaement`; did you mean `management`?',
    ],
    ['another case', { id: 'x', timeoutMS: 1 }, 'f: unknown option `timeoutMS`; did you mean `timeoutMs`?'],
    [
      'a word of its own',
      { id: 'x', colour: 1 },
      'f: unknown option `colour`; there are `mode`, `management`, `timeoutMs`, `id`',
    ],
    ['a name of Object', { id: 'x', toString: 1 }, /^f: unknown option `toString`/],
    ['a trap', JSON.parse('{"id":"x","__proto__":{}}'), /^f: unknown option `__proto__`/],
    ['a symbol', { id: 'x', [Symbol('s')]: 1 }, /^f: unknown option `Symbol\(s\)`/],
    [
      'a value in another case',
      { id: 'x', mode: 'Enforce' },
      'f: option `mode` must be `enforce` or `monitor` or `off`, found "Enforce"; did you mean `enforce`?',
    ],
    [
      'no value of the list',
      { id: 'x', mode: 3 },
      'f: option `mode` must be `enforce` or `monitor` or `off`, found 3',
    ],
    [
      'a text that is truthy',
      { id: 'x', management: 'no' },
      'f: option `management` must be true or false, found "no"',
    ],
  ])('refuses %s', (_, options, message) => {
    expect(() => check(options)).toThrow(TypeError);
    expect(() => check(options)).toThrow(typeof message === 'string' ? new TypeError(message) : message);
  });
});

describe('checks', () => {
  const fits = (one: Check, ...values: unknown[]): boolean[] => values.map(value => one(value) === undefined);

  it('tell values that fit from those that do not', () => {
    expect(fits(isAnything, undefined, {})).toEqual([true, true]);
    expect(fits(isFunction, () => 1, {})).toEqual([true, false]);
    expect(fits(isPlain, {}, [], null, 'x')).toEqual([true, false, false, false]);
    expect(fits(isPositive, 1, Infinity, 0, -1, NaN, '1')).toEqual([true, true, false, false, false, false]);
    expect(fits(isCount, 0, 5, Infinity, 1.5, -1, NaN, 2 ** 53)).toEqual([
      true,
      true,
      true,
      false,
      false,
      false,
      false,
    ]);
    expect(fits(isIterable, [], new Set(), 'text', {}, null)).toEqual([true, true, false, false, false]);
    expect(fits(hasMethods('a'), { a: () => 1 }, { a: 1 }, null)).toEqual([true, false, false]);
    expect(fits(hasShape<{ n?: number }>({ n: isCount }), { n: 1 }, { m: 1 }, [])).toEqual([
      true,
      false,
      false,
    ]);
  });

  it('say what is wrong inside', () => {
    const inner = hasShape<{ idLength?: number }>({ idLength: isCount });
    expect(inner({ idLenght: 1 })).toBe('well-formed: unknown option `idLenght`; did you mean `idLength`?');
  });
});

describe('suggestion', () => {
  it('names what is near, else everything', () => {
    expect(suggestion('gaurds', ['guards', 'handler'])).toBe('; did you mean `guards`?');
    expect(suggestion('timeout', ['guards', 'timeoutMs'])).toBe('; did you mean `timeoutMs`?');
    expect(suggestion('guardsOf', ['guards', 'timeoutMs'])).toBe('; did you mean `guards`?');
    expect(suggestion('xyz', ['guards'])).toBe('; there are `guards`');
    expect(suggestion('xyz', ['guards'], '')).toBe('');
    expect(suggestion('x', [])).toBe('; there are none');
  });

  it('is quick about long names', () => {
    expect(suggestion('g'.repeat(1_000_000), ['guards'], '')).toBe('');
  });
});

describe('shown', () => {
  it('shows any value on one line, and never throws', () => {
    const hostile = new Proxy({}, { get: () => expect.fail('read') });
    const values = ['a\nb', 1, 2n, Symbol('s'), null, undefined, () => 1, [1], hostile];
    expect(values.map(shown)).toEqual([
      '"a\\nb"',
      '1',
      '2',
      'Symbol(s)',
      'null',
      'undefined',
      'a function',
      'an array',
      'an object',
    ]);
    expect(shown('x'.repeat(1000))).toHaveLength(82);
  });
});
