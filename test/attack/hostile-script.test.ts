import { describe, expect, it } from 'vitest';
import { RetCode } from '../../interpreter/index.ts';
import { Bench } from '../support/bench.ts';

// Goal:    bob's peer throws, or never comes to an end.
// Means:   the init peer writes any text for a script, or one that works without end: recursion, nesting, folds in folds.
// Refused: by the parser, and by the limits on depth, folds, instructions and streams, each with its code.
describe('hostile scripts', () => {
  it('honest twin: a script within the limits', () => {
    const bench = new Bench('(seq (ap 1 $s) (fold $s i (seq (null) (next i))))', {
      limits: { instructions: 1000, depth: 100, streamSize: 50 },
    });
    expect(bench.run('alice').retCode).toBe(RetCode.success);
  });

  it('as scripts', () => {
    for (const script of [
      '',
      '(',
      ')'.repeat(1000),
      '('.repeat(100_000),
      '"',
      '\u0000',
      '(call "a" ("b" "c") [' + '[]'.repeat(50_000),
    ]) {
      expect(new Bench(script).run('alice').retCode).toBe(RetCode.airParse);
    }
  });

  it('as folds inside folds', () => {
    const folds = (count: number): string =>
      Array.from({ length: count }, (_, i) => `(fold l i${i} `).join('') +
      '(call "alice" ("s" "f") [])' +
      ')'.repeat(count);
    const run = (count: number): number => {
      const bench = new Bench(`(seq (call "alice" ("s" "l") [] l) ${folds(count)})`);
      bench.run('alice');
      return bench.run('alice', { results: { 1: '[1]' } }).retCode;
    };
    expect(run(1000)).toBe(RetCode.success);
    expect(run(1001)).toBe(RetCode.depthLimit);
  });

  it('as work without end', () => {
    const limits = { instructions: 1000, depth: 100, streamSize: 50 };
    const endless = new Bench('(seq (ap 1 $s) (fold $s i (seq (ap 1 $s) (next i))))', { limits });
    expect(endless.run('alice').retCode).toBe(RetCode.streamSizeLimit);
    const deep = new Bench(`${'(seq '.repeat(200)}(null)${' (null))'.repeat(200)}`, { limits });
    expect(deep.run('alice').retCode).toBe(RetCode.depthLimit);
    const folds = '(fold l a (seq (fold l b (seq (fold l c (seq (null) (next c))) (next b))) (next a)))';
    const wide = new Bench(`(seq (call "alice" ("s" "l") [] l) ${folds})`, {
      limits: { instructions: 1000 },
    });
    wide.run('alice');
    const results = { 1: JSON.stringify(Array.from({ length: 20 }, () => 0)) };
    expect(wide.run('alice', { results }).retCode).toBe(RetCode.instructionLimit);
  });
});
