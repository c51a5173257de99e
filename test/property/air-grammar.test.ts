import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  AirError,
  beautify,
  format,
  parse,
  parseUnchecked,
  validate,
  walk,
} from '../../air-grammar/index.ts';
import { airProgram, airScript } from '../support/air-arbitrary.ts';
import { withoutSpans } from '../unit/air-grammar/harness.ts';

const RUNS = { seed: 20_240_607, numRuns: 400 };

describe('air-grammar', () => {
  it('parse ∘ format = id, up to spans', () => {
    fc.assert(
      fc.property(airProgram, program => {
        expect(withoutSpans(parse(format(program)).root)).toEqual(withoutSpans(program));
      }),
      RUNS,
    );
  });

  it('format ∘ parse ∘ format = format', () => {
    fc.assert(
      fc.property(airScript, text => {
        expect(format(parse(text).root)).toBe(text);
      }),
      RUNS,
    );
  });

  it('each instruction is the text of its span: parse(text[span]) = instruction, up to spans and indexes', () => {
    fc.assert(
      fc.property(airScript, text => {
        walk(parse(text).root, {
          enter(instruction) {
            const { start, end } = instruction;
            expect(format(parseUnchecked(text.slice(start, end)).root)).toBe(format(instruction));
          },
        });
      }),
      { ...RUNS, numRuns: 100 },
    );
  });

  it('indexes count opening instructions: they are 0 … size − 1 in the order of the text', () => {
    fc.assert(
      fc.property(airScript, text => {
        const { root, size } = parse(text);
        const seen: number[] = [];
        walk(root, { enter: ({ index }) => seen.push(index) });
        expect(seen).toEqual(Array.from({ length: size }, (_, i) => i));
      }),
      RUNS,
    );
  });

  it('white space and comments between tokens mean nothing', () => {
    fc.assert(
      fc.property(airScript, fc.constantFrom('\n', '\t \u00a0', ' ; (never) "\n', '\r\n'), (text, gap) => {
        const spaced = text.replaceAll(/"[^"]*"|\(|\)/g, token => gap + token + gap);
        expect(format(parse(spaced).root)).toBe(text);
      }),
      RUNS,
    );
  });

  it('a script with an error is refused with AirError, whatever it is', () => {
    const words =
      '( ) [ ] " ; ( ) seq par xor ap call fold next new match fail null never canon x $s %m #c #%m x.$.a 1 1.5 ! .$';
    const pieces = fc.constantFrom(
      ...words.split(' '),
      ':error:',
      '%last_error%.$.a!',
      '"s"',
      '\n',
      '\ud800',
    );
    const garbage = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(pieces, { size: 'medium' }).map(some => some.join(' ')),
      fc.array(pieces, { size: 'medium' }).map(some => some.join('')),
      fc.tuple(airScript, fc.nat(), pieces, fc.nat(3)).map(([text, at, piece, cut]) => {
        const place = at % text.length;
        return text.slice(0, place) + piece + text.slice(place + cut);
      }),
    );
    fc.assert(
      fc.property(garbage, text => {
        try {
          const script = parse(text);
          expect(validate(script)).toEqual([]);
          expect(beautify(script.root)).not.toBe('');
        } catch (error) {
          if (!(error instanceof AirError)) throw error;
          for (const { message, span, line, column } of error.diagnostics) {
            expect(message).toMatch(/^[^\n]+$/);
            expect(span.start >= 0 && span.start <= span.end && span.end <= text.length).toBe(true);
            expect(line >= 1 && column >= 1).toBe(true);
          }
        }
      }),
      { ...RUNS, numRuns: 3000 },
    );
  });
});
