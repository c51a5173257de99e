import { describe, expect, it } from 'vitest';
import { beautify, parse, type BeautifyOptions } from '../../../air-grammar/index.ts';

const listing = (text: string, options?: BeautifyOptions): string[] =>
  beautify(parse(text).root, options).split('\n').slice(0, -1);

describe('beautify', () => {
  it('lists a script', () => {
    const text = `(xor
      (seq (call "peerA" ("db" "select") ["t" 5] rows)
        (fold rows r (par (call r.$.peer ("ui" "show") [r]) (next r)) (null)))
      (new $s (match 1 1.0 (fail :error:))))`;
    expect(listing(text)).toEqual([
      'try:',
      '    rows <- call "peerA" ("db", "select") ["t", 5]',
      '    fold rows r:',
      '        par:',
      '            call r.$.peer ("ui", "show") [r]',
      '        |',
      '            next r',
      '    last:',
      '        null',
      'catch:',
      '    new $s:',
      '        match 1 1:',
      '            fail :error:',
    ]);
  });

  it('indents as wished', () => {
    expect(listing('(new x (new y (never)))', { indent: 1 })).toEqual(['new x:', ' new y:', '  never']);
  });

  describe('patterns', () => {
    const HOP = '(new $s (new #c (canon "p" $s #c)))';
    it('shows a hop in one line, with the option', () => {
      expect(listing(`(seq (null) ${HOP})`, { patterns: true })).toEqual(['null', 'hopon "p"']);
      expect(listing(HOP)).toEqual(['new $s:', '    new #c:', '        canon "p" $s #c']);
    });

    it.each([
      '(new $t (new #c (canon "p" $s #c)))',
      '(new $s (new #d (canon "p" $s #c)))',
      '(new $s (new #c (canon #c.$.[0] $s #c)))',
      '(new #c (new $s (canon "p" $s #c)))',
      '(new $s (new #c (seq (canon "p" $s #c) (null))))',
    ])('is not a hop: %s', text => expect(listing(text, { patterns: true })).not.toContain('hopon "p"'));

    it('hops to a peer from another canon', () => {
      expect(listing('(new $s (new #c (canon #cc.$.[0] $s #c)))', { patterns: true })).toEqual([
        'hopon #cc.$.[0]',
      ]);
    });
  });
});
