import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { utf8, utf8Size } from '../../../../base/bytes.ts';
import { execute, parseJson, prepare, RetCode, sha256Hex, Value } from '../../../../interpreter/index.ts';
import { canonicalJson } from '../../../../interpreter/values/canonical-json.ts';
import { isCanonicalOf } from '../../../../interpreter/values/canonical-check.ts';
import { parseCanonicalJson } from '../../../../interpreter/values/json-parser.ts';
import { Bench } from '../../../support/bench.ts';
import { signer } from '../../../support/cast.ts';

// Large values are parsed, compared, written and kept in other ways than small ones: with fewer copies.
const LONG = 400_000;
const unit = fc.constantFrom('a', '"', '\\', '\n', 'é', '\u{1f600}', 'Ω');
/** More than half of its text, or many pieces. */
const large = fc
  .tuple(fc.array(unit, { minLength: 1, maxLength: 5 }), fc.array(unit, { maxLength: 3 }), fc.boolean())
  .map(([parts, small, isMany]) => {
    const filler = parts.join('').repeat(Math.ceil(LONG / parts.join('').length));
    const text = small.join('');
    return isMany
      ? { list: Array.from({ length: 40_000 }, (_, i) => [i, text, { b: -1 }]) }
      : { b: filler, c: [text] };
  });

describe('large values', () => {
  it('utf8Size(t) = utf8(t).length', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), text => utf8Size(text) === utf8(text).length));
    const lone = '\ud800a\udc00';
    expect(utf8Size(lone.toWellFormed())).toBe(utf8(lone).length);
  });

  it('parseJson(JSON.stringify(v)) = v, and parts of the text are the strings that they were', () => {
    fc.assert(
      fc.property(large, value => {
        expect(parseJson(JSON.stringify(value))).toEqual(value);
        expect(parseJson(`\n${JSON.stringify(value, undefined, 1)} `)).toEqual(value);
      }),
      { numRuns: 12 },
    );
  });

  it('isCanonicalOf(v, t) = (canonicalJson(v) = t), wherever they differ', () => {
    const change = fc.tuple(
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      fc.constantFrom('', 'x', '"', ' ', '\ud83d'),
    );
    fc.assert(
      fc.property(large, fc.array(change, { minLength: 6, maxLength: 6 }), (value, changes) => {
        const text = canonicalJson(value);
        expect(isCanonicalOf(value, text)).toBe(true);
        expect(parseCanonicalJson(text)).toEqual(value);
        for (const [part, other] of changes) {
          const at = Math.floor(part * text.length);
          const altered = text.slice(0, at) + other + text.slice(at + 1);
          expect(isCanonicalOf(value, altered)).toBe(altered === text);
        }
        expect(isCanonicalOf(value, text.slice(0, -1))).toBe(false);
        expect(isCanonicalOf(value, `${text} `)).toBe(false);
      }),
      { numRuns: 12 },
    );
  });

  it.each(['{"b":"LONG","a":1}', '{"a":"LONG" }', '{"a":"LONG\\/"}', '{"a":"LONG","a":1}', '"LONG'])(
    'that are not canonical are refused: %s',
    text => {
      expect(parseCanonicalJson(text.replace('LONG', 'x'.repeat(LONG)))).toBeUndefined();
    },
  );

  it('a large value is made once from its bytes as long as somebody holds it, and stays what its hash says', () => {
    const bytes = utf8(`"${'x'.repeat(LONG)}"`);
    const hash = sha256Hex(bytes);
    const first = Value.ofBytes(bytes, hash, true);
    const json = first.json;
    bytes.fill(0x20);
    expect(Value.ofBytes(utf8(`"${'x'.repeat(LONG)}"`), hash).json).toBe(json);
    expect(sha256Hex(first.bytes)).toBe(hash);
  });
});

describe('a run of large data', () => {
  const FILLER = 'x'.repeat(5_000_000);
  function arrived() {
    const bench = new Bench('(seq (call "alice" ("s" "big") [] x) (call "bob" ("s" "f") [x.$.key] y))');
    bench.run('alice');
    bench.run('alice', { results: { 1: JSON.stringify({ filler: FILLER, key: 1 }) } });
    const { data } = bench.run('bob', { current: bench.data('alice') });
    return bench.input('bob', { prev: data, results: { 1: '2' } });
  }

  it('that is signed later is what it was when it began, whatever happens to the bytes meanwhile', () => {
    const input = arrived();
    const expected = execute(input);
    expect(expected.retCode).toBe(RetCode.success);
    expect(expected.data.length).toBeGreaterThan(FILLER.length);
    const bytes = input.prevData.slice();
    const { head, finish } = prepare({ ...input, prevData: bytes });
    bytes.fill(0);
    const { data, retCode } = finish(signer('bob').sign(head as Uint8Array));
    expect([retCode, sha256Hex(data)]).toEqual([RetCode.success, sha256Hex(expected.data)]);
  });

  it('has the same outcome if the value is not ASCII', () => {
    const bench = new Bench('(seq (call "alice" ("s" "big") [] x) (call "bob" ("s" "f") [x] y))');
    bench.run('alice');
    const value = { a: 'é'.repeat(1_000_000), b: ['\u{1f600}'.repeat(200_000)] };
    const { data, retCode } = bench.run('alice', { results: { 1: JSON.stringify(value) } });
    expect(retCode).toBe(RetCode.success);
    const { callRequests } = bench.run('bob', { current: data });
    expect([...callRequests.values()][0]?.arguments).toEqual([value]);
  });
});
