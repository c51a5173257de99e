import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../../../interpreter/values/canonical-json.ts';
import { parseCanonicalJson, parseJson } from '../../../../interpreter/values/json-parser.ts';
import { Float, JsonError, type Json, type JsonErrorCode } from '../../../../interpreter/values/json.ts';

const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);

/** A float next to the text forces the slower parser, so that both are held to the same table. */
const slowly = (text: string): Json => (parseJson(`[0.5,${text}]`) as readonly Json[])[1] as Json;

function refusal(text: string): JsonError {
  try {
    parseJson(text);
  } catch (failure) {
    if (failure instanceof JsonError) return failure;
    throw failure;
  }
  throw new Error(`accepted: ${text.slice(0, 50)}`);
}

describe('parseJson accepts', () => {
  it.each<[text: string, value: Json]>([
    ['null', null],
    [' \t\r\n true \n', true],
    ['0', 0],
    ['-7', -7],
    ['9007199254740991', 9007199254740991],
    ['9007199254740992', 9007199254740992n],
    ['-9007199254740992', -9007199254740992n],
    ['18446744073709551615', 18446744073709551615n],
    ['-9223372036854775808', -9223372036854775808n],
    ['1.5', 1.5],
    ['1.0', new Float(1)],
    ['-0', new Float(-0)],
    ['1e2', new Float(100)],
    ['""', ''],
    ['"\\u00e9\\n\\/\\"\\\\"', 'é\n/"\\'],
    ['"\\ud83d\\ude00"', '😀'],
    ['"\\uD83D\\uDE00"', '😀'],
    ['"\u007f\u2028\ufeff"', '\u007f\u2028\ufeff'],
    ['[ ]', []],
    ['[1 , [ 2 ] ]', [1, [2]]],
    ['{ }', {}],
    ['{"a" : 1, "b":{"c":[]}}', { a: 1, b: { c: [] } }],
    ['{"a":1,"b":2,"a":3}', { a: 3, b: 2 }],
    ['{"":0}', { '': 0 }],
    ['"1.5 -0 1e5 [[[ \\u0064"', '1.5 -0 1e5 [[[ d'],
  ])('%s', (text, value) => {
    expect(parseJson(text)).toStrictEqual(value);
    expect(slowly(text)).toStrictEqual(value);
  });

  it.each(['{"__proto__":{"admin":true}}', '{"x":1.5,"__proto__":{"admin":true}}'])(
    '`__proto__` as an ordinary key: %s',
    text => {
      const value = parseJson(text) as { admin?: boolean };
      expect(Object.hasOwn(value, '__proto__')).toBe(true);
      expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
      expect(value.admin).toBeUndefined();
    },
  );
});

describe('parseJson refuses', () => {
  it.each<[text: string, code: JsonErrorCode, message: string]>([
    ['', 'ERR_JSON_SYNTAX', 'expected a value at offset 0, found the end'],
    ['  ', 'ERR_JSON_SYNTAX', 'expected a value at offset 2, found the end'],
    ['[1,]', 'ERR_JSON_SYNTAX', 'expected a value at offset 3, found `]`'],
    ['[1 2]', 'ERR_JSON_SYNTAX', 'expected `]` at offset 3, found `2`'],
    ['[1', 'ERR_JSON_SYNTAX', 'expected `]` at offset 2, found the end'],
    ['{"a":1,}', 'ERR_JSON_SYNTAX', 'expected a key at offset 7, found `}`'],
    ['{"a"}', 'ERR_JSON_SYNTAX', 'expected `:` at offset 4, found `}`'],
    ['{a:1}', 'ERR_JSON_SYNTAX', 'expected a key at offset 1, found `a`'],
    ["{'a':1}", 'ERR_JSON_SYNTAX', "expected a key at offset 1, found `'`"],
    ['1 2', 'ERR_JSON_SYNTAX', 'expected end of text at offset 2, found `2`'],
    ['01', 'ERR_JSON_SYNTAX', 'expected end of text at offset 1, found `1`'],
    ['1.', 'ERR_JSON_SYNTAX', 'expected end of text at offset 1, found `.`'],
    ['1.e5', 'ERR_JSON_SYNTAX', 'expected end of text at offset 1, found `.`'],
    ['1e', 'ERR_JSON_SYNTAX', 'expected end of text at offset 1, found `e`'],
    ['.5', 'ERR_JSON_SYNTAX', 'expected a value at offset 0, found `.`'],
    ['+1', 'ERR_JSON_SYNTAX', 'expected a value at offset 0, found `+`'],
    ['-', 'ERR_JSON_SYNTAX', 'expected a value at offset 0, found `-`'],
    ['NaN', 'ERR_JSON_SYNTAX', 'expected a value at offset 0, found `N`'],
    ['nul', 'ERR_JSON_SYNTAX', 'expected a value at offset 0, found `n`'],
    ['truee', 'ERR_JSON_SYNTAX', 'expected end of text at offset 4, found `e`'],
    ['\ufeff1', 'ERR_JSON_SYNTAX', 'expected a value at offset 0, found `\ufeff`'],
    ['\u00a01', 'ERR_JSON_SYNTAX', 'expected a value at offset 0, found `\u00a0`'],
    ['"abc', 'ERR_JSON_SYNTAX', 'expected a closing `"` at offset 4, found the end'],
    ['"abc\\"', 'ERR_JSON_SYNTAX', 'expected a closing `"` at offset 6, found the end'],
    ['"abc\\', 'ERR_JSON_SYNTAX', 'expected a closing `"` at offset 6, found the end'],
    ['"a\nb"', 'ERR_JSON_SYNTAX', 'expected no control character in a string at offset 2, found U+000A'],
    ['"\u0000"', 'ERR_JSON_SYNTAX', 'expected no control character in a string at offset 1, found U+0000'],
    ['"\u001f"', 'ERR_JSON_SYNTAX', 'expected no control character in a string at offset 1, found U+001F'],
    ['"\\x41"', 'ERR_JSON_SYNTAX', 'the string at offset 0 holds an unknown escape'],
    ['"\\u12"', 'ERR_JSON_SYNTAX', 'the string at offset 0 holds an unknown escape'],
    ['[ "\\ud800" ]', 'ERR_JSON_SYNTAX', 'lone surrogate in the string at offset 2'],
    ['{"\\udc00":1}', 'ERR_JSON_SYNTAX', 'lone surrogate in the string at offset 1'],
    ['"\\ud83d\\u0041"', 'ERR_JSON_SYNTAX', 'lone surrogate in the string at offset 0'],
    ['"\ud800"', 'ERR_JSON_SYNTAX', 'lone surrogate in the text'],
    ['1e400', 'ERR_JSON_NUMBER', 'number out of range'],
    [nested(128), 'ERR_JSON_DEPTH', 'recursion limit exceeded: nested deeper than 127'],
  ])('%j', (text, code, message) => {
    expect(refusal(text)).toMatchObject({ code, message });
  });

  it('with messages that are one line of well-formed text, since they are recorded as what the call said', () => {
    const found = refusal('[😀]');
    expect(found.message).toBe('expected a value at offset 1, found `😀`');
    expect(found.message.isWellFormed()).toBe(true);
    expect(refusal('[1,\n\u0001]').message).toBe('expected a value at offset 4, found U+0001');
  });
});

describe('depth', () => {
  it.each([
    ['arrays', (n: number) => nested(n)],
    ['objects', (n: number) => '{"a":'.repeat(n) + '1' + '}'.repeat(n)],
    ['arrays, beside a float', (n: number) => `[1.5,${nested(n - 1)}]`],
    // A parser that counts brackets without regard to strings believes that these are flat.
    ['arrays, after closing brackets in a string', (n: number) => `["${']'.repeat(300)}",${nested(n - 1)}]`],
    ['arrays, after an escaped quote', (n: number) => `["\\"${']'.repeat(300)}",${nested(n - 1)}]`],
    ['arrays, after a closing bracket in a key', (n: number) => `{"${'}'.repeat(300)}":${nested(n - 1)}}`],
  ])('127 levels pass and 128 do not: %s', (_, text) => {
    expect(() => parseJson(text(127))).not.toThrow();
    expect(refusal(text(128)).code).toBe('ERR_JSON_DEPTH');
    expect(refusal(text(100_000)).code).toBe('ERR_JSON_DEPTH');
  });

  it('brackets in strings do not count as depth', () => {
    const text = `"${'['.repeat(500)}"`;
    expect(parseJson(text)).toBe('['.repeat(500));
    expect(parseJson(`["${'[{'.repeat(500)}",1.5]`)).toHaveLength(2);
  });
});

describe('time is linear in the size of the text (quadratic would exceed the test timeout)', () => {
  const MEGABYTES = 16 * 1024 * 1024;
  it.each<[name: string, text: string, accepted: boolean]>([
    ['digits', '1'.repeat(MEGABYTES), false],
    ['digits of a fraction', `0.${'3'.repeat(MEGABYTES)}`, true],
    ['zeros of a fraction', `0.${'0'.repeat(MEGABYTES)}1`, true],
    ['digits of an exponent', `1e-${'1'.repeat(MEGABYTES)}`, true],
    ['escapes', `[1.5,"${'\\n'.repeat(MEGABYTES / 2)}"]`, true],
    ['escaped quotes', `[1.5,"${'\\"'.repeat(MEGABYTES / 2)}"]`, true],
    ['escapes in a string without an end', `[1.5,"${'\\\\'.repeat(MEGABYTES / 2)}`, false],
    ['empty strings', `[1.5${',""'.repeat(MEGABYTES / 4)}]`, true],
    ['one string', `[1.5,"${'a'.repeat(2 * MEGABYTES)}"]`, true],
    ['white space', `${' '.repeat(MEGABYTES)}1.5${' '.repeat(MEGABYTES)}`, true],
    ['open brackets', '['.repeat(MEGABYTES), false],
  ])('%s', (_, text, accepted) => {
    if (accepted) expect(parseJson(text)).toBeDefined();
    else expect(refusal(text)).toBeInstanceOf(JsonError);
  });
});

describe('parseCanonicalJson', () => {
  it.each(['null', '1', '1.0', '-0.0', '1e-6', '"é\\n"', '[1,2]', '{"a":1,"b":[]}', '18446744073709551615'])(
    'takes what is written canonically: %s',
    text => expect(canonicalJson(parseCanonicalJson(text) as Json)).toBe(text),
  );

  it.each([
    ['white space', '[1, 2]'],
    ['white space at the end', '1\n'],
    ['white space in an object of one member', '{"a": 1}'],
    ['a tab between items', '[1,\t2]'],
    ['a needless escape in an object of one member', '{"\\u0061":1}'],
    ['unsorted keys inside of an array', '[{"b":1,"a":2}]'],
    ['unsorted keys', '{"b":1,"a":2}'],
    ['a repeated key', '{"a":1,"a":1}'],
    ['an escape that is not needed', '"\\u0041"'],
    ['an escaped slash', '"\\/"'],
    ['another spelling of a float', '1.50'],
    ['an exponent where none is due', '1e2'],
    ['minus zero as an integer', '-0'],
    ['a float with more digits than it needs', '31.2452701914394380'],
    ['a float out of range', '1e309'],
    ['an integer out of range', '18446744073709551616'],
    ['no JSON', '[1'],
    ['too deep', nested(128)],
    ['nothing', ''],
  ])('gives undefined for %s', (_, text) => expect(parseCanonicalJson(text)).toBeUndefined());
});
