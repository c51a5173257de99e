import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Instruction, Script } from '../../air-grammar/index.ts';
import { AirError, diagnose, parse, parseToRun, parseUnchecked, walk } from '../../air-grammar/index.ts';
import { grammarOf } from '../../air-grammar/grammar/grammar.ts';
import { AIR } from '../../air-grammar/language.ts';
import { hashed } from '../../air-grammar/reader/names.ts';
import type { InstructionTable } from '../../air-grammar/reader/instruction-table.ts';
import { LazyScript } from '../../air-grammar/reader/nodes.ts';
import { readTable } from '../../air-grammar/reader/read-table.ts';
import { factsOfTable, factsOfTree, NOTED } from '../../air-grammar/validator/facts.ts';
import { findingsOf, validate } from '../../air-grammar/validator/validate.ts';
import { airScript } from '../support/air-arbitrary.ts';

const parseByGrammar = (text: string): Script => grammarOf(AIR).read(text);
const quickTable = (text: string): InstructionTable | undefined => readTable(text, AIR, NOTED);

/** What the grammar makes of a text, or the report of its refusal. */
function byGrammar(text: string): unknown {
  return orReport(() => {
    const script = parseByGrammar(text);
    const findings = validate(script);
    if (findings.length > 0) throw new AirError(text, findings);
    return script;
  });
}

function orReport(read: () => unknown): unknown {
  try {
    return read();
  } catch (failure) {
    if (failure instanceof AirError) return failure.message;
    throw failure;
  }
}

/** A tree of plain objects. Those of a script that runs are made when they are looked at. */
function copyOf(root: Instruction): unknown {
  const copies = new Map<Instruction, Record<string, unknown>>();
  walk(root, {
    leave(instruction) {
      const { kind, start, end, index } = instruction;
      const copy: Record<string, unknown> = { kind, start, end, index };
      for (const { field } of AIR.formOf(instruction).operands) {
        const operand = (instruction as unknown as Record<string, unknown>)[field];
        if (operand !== undefined) copy[field] = operand;
      }
      for (const { field } of AIR.formOf(instruction).nested) {
        const nested = (instruction as unknown as Record<string, Instruction | undefined>)[field];
        if (nested !== undefined) copy[field] = copies.get(nested);
      }
      copies.set(instruction, copy);
    },
  });
  return copies.get(root);
}

const PIECES =
  '( ) [ ] " ; ; seq par xor ap call fold next new match fail null never canon x y i $s %m #c #%m #$c x.$.a x.$.[i] #c.$.[0] #%m.$.k $s.length :error: %last_error% :error:.$.message 1 0 -1 1.5 .5 1234567890123456 true false_ "a" [] %init_peer_id% %ttl% a(b a[b]c é a%b -x -1 +x - x! \u00a0 \u2028 \ud800';
const pieces = fc.constantFrom(...PIECES.split(' '));
const mutated = fc
  .tuple(airScript, fc.nat(), pieces, fc.nat(12), fc.constantFrom('', ' '))
  .map(([text, at, piece, cut, gap]) => {
    const place = at % (text.length + 1);
    return text.slice(0, place) + gap + piece + gap + text.slice(place + cut);
  });
/** A name at some place becomes another: what was defined is no longer, and the other way round. */
const renamed = fc.tuple(airScript, fc.nat(), pieces).map(([text, at, piece]) => {
  const words = [...text.matchAll(/[^\s()[\]]+/g)];
  const word = words[at % words.length];
  return word === undefined
    ? text
    : text.slice(0, word.index) + piece + text.slice(word.index + word[0].length);
});
const garbage = fc.array(pieces, { maxLength: 12 }).map(words => words.join(' '));

/** What `parse` throws, as findings. */
function refusalsOf(text: string): readonly unknown[] {
  try {
    parse(text);
    return [];
  } catch (failure) {
    if (failure instanceof AirError) return failure.diagnostics;
    throw failure;
  }
}

describe('diagnose', () => {
  it('refusals(parse(text)) ⊆ diagnose(text), and both are empty for the same texts', () => {
    fc.assert(
      fc.property(fc.oneof(mutated, garbage, renamed, airScript), text => {
        const refusals = refusalsOf(text);
        const all = diagnose(text);
        expect(all).toEqual(expect.arrayContaining([...refusals]));
        expect(all.length === 0).toBe(refusals.length === 0);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('the reader', () => {
  it('parseUnchecked(text) = parseByGrammar(text), spans and all, for every script of the grammar', () => {
    fc.assert(
      fc.property(airScript, text => {
        expect(parseUnchecked(text)).toEqual(parseByGrammar(text));
      }),
      { numRuns: 400 },
    );
  });

  it('accepts nothing that the grammar refuses, and refuses nothing: parse(text) = byGrammar(text)', () => {
    fc.assert(
      fc.property(fc.oneof(mutated, renamed, garbage), text => {
        expect(orReport(() => parse(text))).toEqual(byGrammar(text));
      }),
      { numRuns: 4000 },
    );
  });

  it('makes the same nodes when they are looked at: copy(parseToRun(text)) = parse(text)', () => {
    fc.assert(
      fc.property(airScript, text => {
        expect(copyOf(parseToRun(text).root)).toEqual(parse(text).root);
      }),
      { numRuns: 400 },
    );
  });

  it('collects what a walk collects, and knows of reads only what V1 finds: findingsOf(facts) = validate(script)', () => {
    fc.assert(
      fc.property(fc.oneof(airScript, mutated, renamed), text => {
        const table = quickTable(text);
        if (table === undefined) return;
        const lazy = new LazyScript(table);
        const quick = factsOfTable(table, index => lazy.nodeAt(index));
        const walked = factsOfTree(parseByGrammar(text).root, AIR);
        for (const kind of ['instructions', 'folds', 'nexts', 'news', 'fails'] as const)
          expect(quick[kind].map(copyOf)).toEqual(walked[kind].map(copyOf));
        expect(findingsOf(quick)).toEqual(findingsOf(walked));
      }),
      { numRuns: 1000 },
    );
  });

  it('names made to collide cost no more than others', () => {
    const names: string[] = [];
    for (let i = 0; names.length < 300; i++) {
      const name = `a${i}`;
      // As the table does it: the first unit is hashed as a sigil may be, then the name.
      let hash = hashed(0, name.charCodeAt(0));
      for (const character of name) hash = hashed(hash, character.charCodeAt(0));
      if (((hash ^ (hash >>> 15)) & 0xfff) === 0) names.push(name);
    }
    const text = names.reduceRight(
      (rest, name) => `(seq (ap 1 ${name}) (seq (ap ${name} y) ${rest}))`,
      '(null)',
    );
    expect(parseUnchecked(text)).toEqual(parseByGrammar(text));
    expect(quickTable(text)?.readsDefined).toBe(false);
    expect(validate(parse(text))).toEqual([]);
  });

  it('remembers nothing of the script before', () => {
    expect(orReport(() => parse('(ap 1 x)'))).toBeTypeOf('object');
    expect(orReport(() => parse('(ap x y)'))).toBe(byGrammar('(ap x y)'));
  });
});
