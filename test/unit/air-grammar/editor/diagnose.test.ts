import { describe, expect, it } from 'vitest';
import { diagnose, parse } from '../../../../air-grammar/index.ts';

const shown = (text: string): string[] =>
  diagnose(text).map(({ line, column, message }) => `${line}:${column} ${message}`);
const KEYWORDS =
  'ap or call or canon or fail or fold or match or mismatch or never or new or next or null or par or seq or xor';

describe('diagnose', () => {
  it('finds several mistakes, and goes on after each', () => {
    expect(
      shown(
        `(seq
  (call "a" ("s") [x] y)
  (par
    (nul)
    (match 1 (ap #c 5))))`,
      ),
    ).toEqual([
      '2:17 expected string or variable, found `)`',
      `4:6 expected ${KEYWORDS}, found \`nul\``,
      '5:14 expected "[" or value, found `(`',
      '5:21 expected scalar or stream, found `5`',
    ]);
  });

  it.each<[string, string, string[]]>([
    ['nothing', '', ['1:1 expected "(" of an instruction, found the end of the script']],
    ['a stray word', 'x (null)', ['1:1 expected "(" or ")", found `x`']],
    [
      'two instructions',
      '(null) (null)',
      ['1:8 expected the end, since a script is one instruction, found `(`'],
    ],
    ['a parenthesis too many', '(null))', ['1:7 expected the end, found `)`']],
    [
      'a missing parenthesis',
      '(seq (null) (null)',
      ['1:19 expected ")" of `seq`, found the end of the script'],
    ],
    ['a missing instruction', '(seq (null))', ['1:12 expected "(" of an instruction, found `)`']],
    ['an instruction too many', '(seq (null) (null) (null))', ['1:20 expected ")", found `(`']],
    ['half an empty array', '(ap [ x)', ['1:7 expected "]", found `x`']],
    ['a code without a message', '(fail 1)', ['1:8 expected string, found `)`']],
    [
      'a word that is none',
      '(seq (ap .5 x) (ap 1 5))',
      [
        "1:10 leading dot without any symbols before - please write 0 if it's float or variable name if it's a lambda",
        '1:22 expected scalar or stream, found `5`',
      ],
    ],
    [
      'an open string',
      '(seq (ap 5) (ap "x',
      ['1:11 expected scalar or stream, found `)`', '1:17 this string literal has unclosed quote'],
    ],
    [
      'half a character',
      '(ap "\ud800" x)',
      ['1:6 a script is Unicode text; this is half of a surrogate pair'],
    ],
  ])('%s', (_, text, expected) => expect(shown(text)).toEqual(expected));

  it('gives the findings of validation if there is no syntax error', () => {
    expect(diagnose('(seq (ap x y) (next i))').map(({ rule }) => rule)).toEqual(['V1', 'V2']);
  });

  it('gives as many as asked for', () => {
    const text = `${'(seq (ap) '.repeat(500)}(null)${')'.repeat(500)}`;
    expect(diagnose(text)).toHaveLength(100);
    expect(diagnose(text, 3)).toHaveLength(3);
  });

  it('honest twin: nothing for a valid script', () => {
    const text = '(seq (call "p" ("s" "f") [1 [] "x"] $s) (fold $s i (seq (fail 1 "m") (next i)) (null)))';
    expect(parse(text).size).toBe(7);
    expect(diagnose(text)).toEqual([]);
  });

  it('takes a time that grows with the length', () => {
    const started = performance.now();
    diagnose('(seq (ap) '.repeat(50_000));
    diagnose('(ap ('.repeat(50_000));
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});
