import { describe, expect, it } from 'vitest';
import { grammarOf } from '../../../air-grammar/grammar/grammar.ts';
import { AIR } from '../../../air-grammar/language.ts';
import { refusal } from './harness.ts';

const images = (text: string): string[] =>
  grammarOf(AIR)
    .tokenize(text)
    .map(({ image }) => image);

describe('tokenize', () => {
  it.each<readonly [string, readonly string[]]>([
    ['', []],
    ['(null)', ['(', 'null', ')']],
    ['("s" "f")[]', ['(', '"s"', '"f"', ')', '[', ']']],
    ['"abc"x', ['"abc"', 'x']],
    ['x.$.[0])', ['x.$.[0]', ')']],
    ['x.$.[k]]', ['x.$.[k]', ']']],
    ['a ; b "\nc', ['a', 'c']],
    ['a ; b \r c', ['a']],
    ['"; (no) [comment"', ['"; (no) [comment"']],
    ['a\u0085b\u00a0c\u2003d\u2028e', ['a', 'b', 'c', 'd', 'e']],
  ])('%j', (text, expected) => expect(images(text)).toEqual(expected));

  it('an opening bracket keeps its closing one in the word, which is then invalid', () => {
    expect(refusal('(seq(null)(null))').diagnostics).toMatchObject([
      { span: { start: 4, end: 16 }, column: 5 },
    ]);
  });

  it('a byte order mark is not white space', () => {
    expect(refusal('\ufeff(null)').diagnostics).toMatchObject([
      { code: 'ERR_AIR_LEXICAL', line: 1, column: 1 },
    ]);
  });

  it('a quote without its partner reaches to the end', () => {
    expect(refusal('(call\n "p)\n').diagnostics).toEqual([
      {
        code: 'ERR_AIR_LEXICAL',
        message: 'this string literal has unclosed quote',
        span: { start: 7, end: 11 },
        line: 2,
        column: 2,
      },
    ]);
  });

  it('the first error is the one reported', () => {
    expect(refusal('(ap a! "x').diagnostics).toMatchObject([{ span: { start: 5 } }]);
    expect(refusal('(ap "x a!').diagnostics).toMatchObject([{ span: { start: 4 } }]);
  });

  it.each(['\ud800', '\udc00'])('half of a surrogate pair is not text: %j', half => {
    expect(refusal(`(ap "🦊${half}" x)`).diagnostics).toMatchObject([
      { code: 'ERR_AIR_LEXICAL', span: { start: 7, end: 8 }, column: 7 },
    ]);
  });
});
