import { describe, expect, it } from 'vitest';
import { format, parse } from '../../../air-grammar/index.ts';

describe('format', () => {
  it('has one layout', () => {
    const text = `; a comment
      (xor (seq (call %init_peer_id% ("s""f")[1 1.0 "x"[]]$s)(new #c (canon "p" $s #c)))
      (fold [] i (match i.$[0]! -0 (next i)) (fail :error:)))`;
    expect(format(parse(text).root)).toBe(
      [
        '(xor',
        '  (seq',
        '    (call %init_peer_id% ("s" "f") [1 1.0 "x" []] $s)',
        '    (new #c',
        '      (canon "p" $s #c)))',
        '  (fold [] i',
        '    (match i.$.[0] 0',
        '      (next i))',
        '    (fail :error:)))',
        '',
      ].join('\n'),
    );
  });

  it.each<readonly [literal: string, canonical: string]>([
    ['1.', '1.0'],
    ['-0.0', '-0.0'],
    ['+1.50', '1.5'],
    ['1234567890.', '1234567890.'],
    ['-123456789.', '-123456789.'],
    ['123456789.0', '123456789.0'],
    ['0.000000001', '0.000000001'],
    ['+007', '7'],
  ])('keeps integers and floats apart: %s', (literal, canonical) => {
    expect(format(parse(`(ap ${literal} x)`).root)).toBe(`(ap ${canonical} x)\n`);
    expect(format(parse(`(ap (1 ${literal}) %m)`).root)).toBe(`(ap (1 ${canonical}) %m)\n`);
    expect(format(parse(`(match 1 ${literal} (null))`).root)).toBe(`(match 1 ${canonical}\n  (null))\n`);
    expect(format(parse(`(call "p" ("s" "f") [${literal}])`).root)).toBe(
      `(call "p" ("s" "f") [${canonical}])\n`,
    );
  });
});
