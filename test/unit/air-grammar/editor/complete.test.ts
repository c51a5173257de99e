import { describe, expect, it } from 'vitest';
import { complete } from '../../../../air-grammar/index.ts';
import { AIR } from '../../../../air-grammar/language.ts';

/** Completes at `|`. */
function at(text: string): ReturnType<typeof complete> {
  const offset = text.indexOf('|');
  return complete(text.replace('|', ''), offset);
}
const textsAt = (text: string): string[] => at(text).items.map(item => item.text);

describe('complete', () => {
  it('offers every keyword after a parenthesis', () => {
    expect(textsAt('(|')).toEqual([...AIR.states.keys()]);
    expect(textsAt('(seq (null) (|')).toEqual([...AIR.states.keys()]);
    expect(textsAt('(ne|')).toEqual(['next', 'new', 'never']);
  });

  it('describes keywords', () => {
    const details = at('(|').items.map(({ detail }) => detail);
    expect(details).toContain('call peer (service functionName) [arguments…] output?');
    expect(details).toContain('fold iterable iterator (body) (last?)');
    expect(details).toContain('null');
  });

  it.each<[string, string[]]>([
    ['|', ['(']],
    ['(null|', []],
    ['(null |', [')']],
    ['(null)|', []],
    ['(seq |', ['(']],
    ['(seq (null) (null) |', [')']],
    ['(fold [] i (null) |', ['(', ')']],
    ['(call |', ['%init_peer_id%']],
    ['(call "p" |', ['(']],
    ['(call "p" ("s" "f") |', ['[']],
    ['(call "p" ("s" "f") [] |', [')']],
    [
      '(call "p" ("s" "f") [1 |',
      '%init_peer_id% %timestamp% %ttl% %last_error% :error: true false ]'.split(' '),
    ],
    ['(call "p" ("s" "f") [%t|', ['%timestamp%', '%ttl%']],
  ])('%s', (text, expected) => expect(textsAt(text)).toEqual(expected));

  it('offers variables that are defined before, the newest first', () => {
    const before = '(seq (seq (ap 1 first) (ap 2 $stream)) (seq (ap 3 second) ';
    expect(textsAt(`${before}(call first|`)).toEqual([]);
    expect(textsAt(`${before}(call |`)).toEqual(['second', 'first', '%init_peer_id%']);
    expect(textsAt(`${before}(ap 4 |`)).toEqual(['$stream']);
    expect(textsAt(`${before}(canon "p" |`)).toEqual(['$stream']);
    expect(textsAt(`${before}(fold |`)).toEqual(['second', '$stream', 'first']);
  });

  it('offers the iterator inside of its fold only', () => {
    expect(textsAt('(fold [] item (next |')).toEqual(['item']);
    expect(textsAt('(seq (fold [] item (next item)) (call it|')).toEqual([]);
  });

  it.each(['(ap "abc|', '(null) ; com|', '(ap 5 5 |', '(ap "abc"|', '(call "p" ("s" 5 |'])(
    'offers nothing in a string, in a comment, or after a mistake: %s',
    text => expect(textsAt(text)).toEqual([]),
  );

  it('still completes another instruction after a mistake', () => {
    expect(textsAt('(seq (ap 5 5) (nu|')).toEqual(['null']);
    expect(textsAt('(par (call x) (seq (ap 1 y) (call |')).toEqual(['y', '%init_peer_id%']);
  });

  it('reads nothing behind the place', () => {
    expect(textsAt('(seq (ne|) (null))')).toEqual(['next', 'new', 'never']);
    expect(at('(seq (ne|xt i) (null))').span).toEqual({ start: 6, end: 8 });
  });

  it.each([-1, 1.5, 7, NaN])('refuses the offset %s', offset => {
    expect(() => complete('(null)', offset)).toThrow(TypeError);
    expect(complete('(null)', 6).items).toEqual([]);
  });
});
