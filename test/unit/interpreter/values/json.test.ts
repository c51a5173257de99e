import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import {
  equalJson,
  Float,
  fromJsonValue,
  isJsonObject,
  toJsonValue,
  type Json,
} from '../../../../interpreter/values/json.ts';
import { parseJson } from '../../../../interpreter/values/json-parser.ts';

describe('fromJsonValue', () => {
  it.each<[value: unknown, json: Json]>([
    [null, null],
    [false, false],
    ['é😀', 'é😀'],
    [7, 7],
    [-0, 0],
    [1.5, 1.5],
    [2 ** 53 - 1, 2 ** 53 - 1],
    [2 ** 53, new Float(2 ** 53)],
    [1e300, new Float(1e300)],
    [7n, 7],
    [-(2n ** 53n), -(2n ** 53n)],
    [2n ** 64n - 1n, 2n ** 64n - 1n],
    [-(2n ** 63n), -(2n ** 63n)],
    [new Float(1), new Float(1)],
    [new Float(-0), new Float(-0)],
    [new Float(1.5), 1.5],
    [
      [1, [2]],
      [1, [2]],
    ],
    [{ a: { b: [] } }, { a: { b: [] } }],
    [Object.assign(Object.create(null) as object, { a: 1 }), { a: 1 }],
    [runInNewContext('({ a: [1] })'), { a: [1] }],
  ])('%o', (value, json) => expect(fromJsonValue(value, 'result')).toStrictEqual(json));

  const cyclic: { self?: unknown } = {};
  cyclic.self = cyclic;
  it.each<[value: unknown, message: string]>([
    [undefined, '`result` is undefined; use null'],
    [{ items: [0, 1, 2, { name: undefined }] }, '`result.items[3].name` is undefined; use null'],
    [Object.assign([], { 0: 1, 2: 3 }), '`result[1]` is undefined; use null'],
    [{ f: () => 1 }, '`result.f` is a function, which is not JSON'],
    [[Symbol('s')], '`result[0]` is a symbol, which is not JSON'],
    [NaN, '`result` is NaN, which JSON cannot hold'],
    [{ x: -Infinity }, '`result.x` is -Infinity, which JSON cannot hold'],
    [new Float(NaN), '`result` is NaN, which JSON cannot hold'],
    [2n ** 64n, '`result` is an integer of more than 64 bits'],
    [-(2n ** 63n) - 1n, '`result` is an integer of more than 64 bits'],
    [{ at: new Date(0) }, '`result.at` is an instance of a class; give plain objects'],
    [new Map(), '`result` is an instance of a class; give plain objects'],
    [new Uint8Array(1), '`result` is an instance of a class; give plain objects'],
    [{ a: 'x\ud800' }, '`result.a` holds a lone surrogate, which is not Unicode text'],
    [{ '\udc00': 1 }, '`result` holds a lone surrogate, which is not Unicode text'],
  ])('refuses %o', (value, message) => {
    expect(() => fromJsonValue(value, 'result')).toThrow(
      expect.objectContaining({ name: 'JsonError', code: 'ERR_JSON_VALUE', message }),
    );
  });

  it('takes 127 levels and refuses 128, and with them cycles', () => {
    const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)]);
    expect(() => fromJsonValue(nested(127), 'result')).not.toThrow();
    for (const value of [nested(128), cyclic]) {
      expect(() => fromJsonValue(value, 'result')).toThrow(
        expect.objectContaining({ code: 'ERR_JSON_DEPTH' }),
      );
    }
  });

  it('copies', () => {
    const given = { list: [1] };
    const json = fromJsonValue(given, 'result');
    given.list.push(2);
    expect(json).toEqual({ list: [1] });
  });
});

describe('toJsonValue', () => {
  it('gives numbers for floats, and bigints only beyond 2^53', () => {
    const json = parseJson('[1,1.0,-0.0,1.5,9007199254740993,"a",null,true]');
    expect(toJsonValue(json)).toStrictEqual([1, 1, -0, 1.5, 9007199254740993n, 'a', null, true]);
  });

  it('copies: changes of a handler do not reach the original', () => {
    const json = parseJson('{"list":[{"a":1}]}');
    const copy = toJsonValue(json) as { list: { a: number }[] };
    (copy.list[0] as { a: number }).a = 2;
    copy.list.push({ a: 3 });
    expect(json).toEqual({ list: [{ a: 1 }] });
  });

  it('keeps a key `__proto__` as an own property', () => {
    const copy = toJsonValue(parseJson('{"__proto__":{"admin":true}}')) as { admin?: boolean };
    expect(Object.keys(copy)).toEqual(['__proto__']);
    expect(copy.admin).toBeUndefined();
  });
});

describe('equalJson', () => {
  const equal = [
    ['1', '1'],
    ['1.0', '1e0'],
    ['0.0', '-0.0'],
    ['18446744073709551615', '18446744073709551615'],
    ['{"a":1,"b":[2]}', '{"b":[2],"a":1}'],
    ['[]', '[ ]'],
  ] as const;
  const different = [
    ['1', '1.0'],
    ['0', '-0'],
    ['0', 'false'],
    ['null', '{}'],
    ['9007199254740993', '9007199254740992'],
    ['9007199254740992', '9007199254740992.0'],
    ['[]', '{}'],
    ['[1]', '[1,2]'],
    ['[1,2]', '[2,1]'],
    ['{"a":1}', '{"b":1}'],
    ['{"a":1}', '{"a":1,"b":1}'],
    ['{"__proto__":1}', '{"a":1}'],
    ['{"__proto__":{}}', '{"a":{}}'],
    ['{"toString":null}', '{"a":null}'],
    ['1.0', '{"value":1}'],
  ] as const;
  it.each(equal)('%s = %s', (a, b) => {
    expect(equalJson(parseJson(a), parseJson(b))).toBe(true);
    expect(equalJson(parseJson(b), parseJson(a))).toBe(true);
  });
  it.each(different)('%s ≠ %s', (a, b) => {
    expect(equalJson(parseJson(a), parseJson(b))).toBe(false);
    expect(equalJson(parseJson(b), parseJson(a))).toBe(false);
  });
});

describe('isJsonObject', () => {
  it.each([
    ['{}', true],
    ['{"a":1}', true],
    ['[]', false],
    ['1.0', false],
    ['null', false],
    ['"a"', false],
  ] as const)('%s: %s', (text, expected) => expect(isJsonObject(parseJson(text))).toBe(expected));
});
