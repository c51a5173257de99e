import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AirError } from '../../air-grammar/index.ts';
import { parseByGrammar } from '../../air-grammar/parser.ts';
import { quickParse } from '../../air-grammar/quick/quick-parser.ts';
import { airScript } from '../support/air-arbitrary.ts';

/** What the grammar makes of a text; nothing if it refuses. */
function byGrammar(text: string): unknown {
  try {
    return parseByGrammar(text);
  } catch (failure) {
    if (failure instanceof AirError) return undefined;
    throw failure;
  }
}

describe('the quick parser', () => {
  it('quickParse(text) = parseByGrammar(text), spans and all, for every script of the grammar', () => {
    fc.assert(
      fc.property(airScript, text => {
        expect(quickParse(text)?.script).toEqual(parseByGrammar(text));
      }),
      { numRuns: 400 },
    );
  });

  it('accepts nothing that the grammar refuses', () => {
    const pieces = fc.constantFrom(
      ...'( ) [ ] " ; ; seq par xor ap call fold next new match fail null never canon x $s %m #c #%m x.$.a #c.$.[0] #%m.$.k $s.length :error: %last_error% :error:.$.message 1 1.5 .5 true "a" [] %init_peer_id% %ttl% a(b a[b]c é a%b'.split(
        ' ',
      ),
    );
    const mutated = fc.tuple(airScript, fc.nat(), pieces, fc.nat(12)).map(([text, at, piece, cut]) => {
      const place = at % (text.length + 1);
      return `${text.slice(0, place)} ${piece} ${text.slice(place + cut)}`;
    });
    const garbage = fc.array(pieces, { maxLength: 12 }).map(words => words.join(' '));
    fc.assert(
      fc.property(fc.oneof(mutated, garbage), text => {
        const quick = quickParse(text)?.script;
        if (quick !== undefined) expect(quick).toEqual(byGrammar(text));
      }),
      { numRuns: 4000 },
    );
  });
});
