import { describe, expect, it } from 'vitest';
import { canonicalJson, compareUtf8 } from '../../../../interpreter/values/canonical-json.ts';
import { parseCanonicalJson, parseJson } from '../../../../interpreter/values/json-parser.ts';
import { Float, type Json } from '../../../../interpreter/values/json.ts';

describe('numbers, as AquaVM 0.62 parses and prints them, but for the last place of some floats', () => {
  it.each([
    ['0', '0'],
    ['-0', '-0.0'],
    ['0.0', '0.0'],
    ['-0.0', '-0.0'],
    ['0e999999999999', '0.0'],
    ['-0e999999999999', '-0.0'],
    ['1.0', '1.0'],
    ['100.0', '100.0'],
    ['1E5', '100000.0'],
    ['1e+2', '100.0'],
    ['1e15', '1000000000000000.0'],
    ['1e16', '1e16'],
    ['1.5e300', '1.5e300'],
    ['-12.5e20', '-1.25e21'],
    ['1.23e22', '1.23e22'],
    ['0.1', '0.1'],
    ['0.00001', '0.00001'],
    ['1e-5', '0.00001'],
    ['0.000001', '1e-6'],
    ['0.0000012', '1.2e-6'],
    ['-0.0000012', '-1.2e-6'],
    ['0.00001234', '0.00001234'],
    ['1e-400', '0.0'],
    ['-1e-400', '-0.0'],
    ['5e-324', '5e-324'],
    ['1e-99999999999', '0.0'],
    ['-1e-99999999999', '-0.0'],
    ['1.7976931348623157e308', '1.7976931348623157e308'],
    ['9007199254740993', '9007199254740993'],
    ['9007199254740993.0', '9007199254740992.0'],
    ['18446744073709551615', '18446744073709551615'],
    ['18446744073709551616', '1.8446744073709552e19'],
    ['-9223372036854775808', '-9223372036854775808'],
    ['-9223372036854775809', '-9.223372036854776e18'],
    ['-18446744073709551615', '-1.8446744073709552e19'],
    ['99999999999999999999999', '1e23'],
    // AquaVM reads the double beside the nearest one.
    ['31.245270191439438', '31.245270191439438'],
    ['12345678901234567.0', '1.2345678901234568e16'],
    ['7.2057594037927933e16', '7.205759403792794e16'],
    // The whole part overflows 64 bits.
    ['18446744073709551618.255740e53', '1.844674407370955e72'],
    ['1844674407370955161675.05401E+249', '1.8446744073709553e270'],
    ['-18446744073709551617.53E-73', '-1.8446744073709552e-54'],
  ])('%s is printed %s', (text, printed) => {
    expect(canonicalJson(parseJson(text))).toBe(printed);
    // Reading what was recorded does not round once more.
    expect(canonicalJson(parseCanonicalJson(printed) as Json)).toBe(printed);
  });

  it.each(['1e309', '-1e309', '1e400', '1e99999999999', '9'.repeat(400), `${'9'.repeat(400)}.5`])(
    '%s is out of range',
    text =>
      expect(() => parseJson(text)).toThrow(
        expect.objectContaining({ name: 'JsonError', code: 'ERR_JSON_NUMBER' }),
      ),
  );
});

describe('canonicalJson', () => {
  it.each<[text: string, value: Json]>([
    ['null', null],
    ['true', true],
    ['-9223372036854775808', -(2n ** 63n)],
    ['2.5', 2.5],
    ['1e-7', 1e-7],
    ['1.0', new Float(1)],
    ['""', ''],
    ['"\\"\\\\/\\b\\t\\n\\f\\r\\u0001\\u001f\u007f\u2028é😀"', '"\\/\b\t\n\f\r\u0001\u001f\u007f\u2028é😀'],
    ['[]', []],
    ['[1,1.0,"a",[null]]', [1, new Float(1), 'a', [null]]],
    ['{}', {}],
    ['{"a":2,"b":1}', { b: 1, a: 2 }],
    ['{"10":0,"2":0,"a":0}', { 2: 0, 10: 0, a: 0 }],
    ['{"B":3,"a":1,"aa":2}', { a: 1, aa: 2, B: 3 }],
    ['{"\ufffd":2,"\u{1f600}":1}', { '\u{1f600}': 1, '\ufffd': 2 }],
    ['{"z":{"c":[{"e":2,"f":1}],"d":1}}', { z: { d: 1, c: [{ f: 1, e: 2 }] } }],
  ])('%s', (text, value) => {
    expect(canonicalJson(value)).toBe(text);
    // Beside a float, without the fast path.
    expect(canonicalJson([new Float(0), value])).toBe(`[0.0,${text}]`);
  });

  it('writes a key `__proto__` like any other', () => {
    expect(canonicalJson(parseJson('{"__proto__":1,"a":{"toJSON":"x"}}'))).toBe(
      '{"__proto__":1,"a":{"toJSON":"x"}}',
    );
  });

  it('does not change the value', () => {
    const value = { b: 1, a: 2 };
    canonicalJson(value);
    expect(Object.keys(value)).toEqual(['b', 'a']);
  });
});

describe('compareUtf8', () => {
  const texts = [
    '',
    '\u0000',
    'A',
    'a',
    'aa',
    'é',
    '\ud7ff',
    '\ue000',
    '\uffff',
    '\u{10000}',
    '\u{1f600}',
    '\u{10ffff}',
  ];
  it.each(texts.flatMap((a, i) => texts.map((b, j): [string, string, number] => [a, b, Math.sign(i - j)])))(
    '%j, %j: %i, as their bytes',
    (a, b, order) => {
      expect(Math.sign(compareUtf8(a, b))).toBe(order);
      expect(Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(b)))).toBe(order);
    },
  );
});
