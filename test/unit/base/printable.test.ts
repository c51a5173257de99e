import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { printable, printableJson, printableLines, shorten } from '../../../base/printable.ts';

/** By kind: [name, character, escape]. */
const HOSTILE: readonly (readonly [string, string, string])[] = [
  ['ESC', '\u001b', '\\u{1b}'],
  ['NUL', '\u0000', '\\u{0}'],
  ['carriage return', '\r', '\\u{d}'],
  ['line feed', '\n', '\\u{a}'],
  ['DEL', '\u007f', '\\u{7f}'],
  ['CSI of C1', '\u009b', '\\u{9b}'],
  ['right-to-left override', '\u202e', '\\u{202e}'],
  ['isolate', '\u2066', '\\u{2066}'],
  ['zero-width space', '\u200b', '\\u{200b}'],
  ['zero-width joiner', '\u200d', '\\u{200d}'],
  ['byte order mark', '\ufeff', '\\u{feff}'],
  ['soft hyphen', '\u00ad', '\\u{ad}'],
  ['line separator', '\u2028', '\\u{2028}'],
  ['paragraph separator', '\u2029', '\\u{2029}'],
  ['lone surrogate', '\ud800', '\\u{d800}'],
  ['tag', '\u{e0041}', '\\u{e0041}'],
  ['Hangul filler', '\u3164', '\\u{3164}'],
  ['private use', '\ue000', '\\u{e000}'],
];

describe('printable', () => {
  it.each(HOSTILE)('escapes %s', (_, character, escape) => {
    expect(printable(`a${character}b`)).toBe(`a${escape}b`);
  });

  it.each(['plain', 'Größe, 東京, Ελλάδα, שלום', '😀', 'a b', '\u00a0'])('leaves %j', text => {
    expect(printable(text)).toBe(text);
  });

  it('printable ∘ printable = printable', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), text => {
        expect(printable(printable(text))).toBe(printable(text));
      }),
    );
  });
});

it('printableLines leaves line feeds, and nothing else', () => {
  expect(printableLines('a\nb\r\u001b')).toBe('a\nb\\u{d}\\u{1b}');
});

describe('printableJson', () => {
  it('JSON.parse ∘ printableJson = JSON.parse', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), text => {
        const json = printableJson(JSON.stringify({ [text]: [text] }, null, 2));
        expect(JSON.parse(json)).toEqual({ [text]: [text] });
        expect(printableLines(json)).toBe(json);
      }),
    );
  });

  it.each(HOSTILE)('escapes %s', (_, character) => {
    const json = printableJson(JSON.stringify(character));
    expect(json).toMatch(/^"[\x20-\x7e]+"$/);
    expect(JSON.parse(json)).toBe(character);
  });
});

describe('shorten', () => {
  it.each([
    ['abc', 3, 'abc'],
    ['abcd', 3, 'abc…'],
    ['ab😀', 3, 'ab…'],
    ['ab😀', 4, 'ab😀'],
    ['ab😀c', 4, 'ab😀…'],
    ['ab\udc00c', 2, 'ab…'],
  ])('%j to %d', (text, max, expected) => expect(shorten(text, max)).toBe(expected));
});
