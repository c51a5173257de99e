import { describe, expect, it } from 'vitest';
import { AirError, beautify, format, parse, walk } from '../../../air-grammar/index.ts';
import { GROWTH_MAX, leastGrowth } from '../../support/growth.ts';
import { nested } from './harness.ts';

/** Deeper than any stack of JavaScript. */
const DEPTH = 100_000;

describe('scripts of any depth', () => {
  it.each<readonly [name: string, text: string, size: number]>([
    ['seq, to the right', nested(DEPTH, '(seq (null) ', '(null)', ')'), 2 * DEPTH + 1],
    ['seq, to the left', nested(DEPTH, '(seq ', '(null)', ' (null))'), 2 * DEPTH + 1],
    ['par', nested(DEPTH, '(par (null) ', '(null)', ')'), 2 * DEPTH + 1],
    ['xor', nested(DEPTH, '(xor ', '(null)', ' (null))'), 2 * DEPTH + 1],
    ['new', nested(DEPTH, '(new $s ', '(null)', ')'), DEPTH + 1],
    ['match', nested(DEPTH, '(match 1 1 ', '(null)', ')'), DEPTH + 1],
    ['mismatch', nested(DEPTH, '(mismatch 1 2 ', '(null)', ')'), DEPTH + 1],
    [
      'fold',
      `${Array.from({ length: DEPTH }, (_, i) => `(fold [] i${i} `).join('')}(null)${')'.repeat(DEPTH)}`,
      DEPTH + 1,
    ],
    [
      'fold, in the last instruction',
      `${Array.from({ length: DEPTH }, (_, i) => `(fold [] i${i} (null) `).join('')}(null)${')'.repeat(DEPTH)}`,
      2 * DEPTH + 1,
    ],
  ])('%s', (_, text, size) => {
    const script = parse(text);
    expect(script.size).toBe(size);
    let [entered, deepest, left] = [0, 0, 0];
    walk(script.root, {
      enter(_instruction, depth) {
        entered += 1;
        deepest = Math.max(deepest, depth);
      },
      leave: () => (left += 1),
    });
    expect([entered, deepest, left]).toEqual([size, DEPTH, size]);
    expect(format(script.root).split('\n')).toHaveLength(size + 1);
    expect(beautify(script.root).length).toBeGreaterThan(size);
  });

  it('what was formatted is parsed again', () => {
    const canonical = format(parse(nested(DEPTH, '(xor (null) ', '(null)', ')')).root);
    expect(format(parse(canonical).root)).toBe(canonical);
  });

  it.each(['(seq ', '(', '[', '(call "p" (', ')', '(new $s (fold $s i '])('unclosed: %s', piece => {
    expect(() => parse(piece.repeat(DEPTH))).toThrow(AirError);
  });
});

describe('time grows with the length', () => {
  const MEGABYTE = 2 ** 20;
  const repeatTo = (size: number, before: (i: number) => string, after: string): string => {
    const parts: string[] = [];
    let length = 0;
    for (let i = 0; length < size; i++) {
      const part = before(i);
      parts.push(part);
      length += part.length + after.length;
    }
    return `${parts.join('')}(null)${after.repeat(parts.length)}`;
  };
  const read = (text: string) => (): void => {
    try {
      parse(text);
    } catch (error) {
      if (!(error instanceof AirError)) throw error;
    }
  };
  const growth = (size: number, before: (i: number) => string, after: string): number =>
    leastGrowth(read(repeatTo(size / 8, before, after)), read(repeatTo(size, before, after)));

  it('a script of four megabytes', () => {
    expect(growth(4 * MEGABYTE, i => `(seq (ap ${i} x${i}) `, ')')).toBeLessThan(GROWTH_MAX);
  });

  it.each<readonly [name: string, before: (i: number) => string, after: string]>([
    ['names never defined', i => `(seq (ap u${i} x) `, ')'],
    ['folds beside each other, one iterator', () => '(seq (fold [] i (next i)) ', ')'],
    ['folds in each other, one iterator', () => '(fold [] i ', ')'],
    ['folds in each other, each with a late next', i => `(fold [] i${i} `, ' (next i0))'],
    ['news in each other', () => '(seq (new i (fold [] i (next i))) ', ')'],
    ['stream folds with something after next', i => `(seq (fold $s i${i} (seq (next i${i}) (null))) `, ')'],
    ['one long word', () => 'x', ''],
    ['one long number', () => '0', ''],
    ['one long lens', i => (i === 0 ? '(ap x.$' : '.[0]'), ''],
    ['one long string', i => (i === 0 ? '(ap "' : ' (seq '), ''],
    ['spaces', () => '  \n', ''],
    ['comments', () => ';;\n', ''],
    ['unclosed parentheses', () => '(seq ', ''],
    ['closed brackets', () => ']', ''],
  ])('%s', (_, before, after) => {
    expect(growth(MEGABYTE, before, after)).toBeLessThan(GROWTH_MAX);
  });
});
