import { describe, expect, it } from 'vitest';
import { RetCode } from '../../interpreter/index.ts';
import { Bench } from '../support/bench.ts';

// Goal:    a script of a few lines makes a value that no memory holds, or that no peer can read.
// Means:   values are put into each other, or twice into one, again and again.
// Refused: by requireFit and requireSize (values/value.ts), before the value is made.
describe('values that swell', () => {
  it('honest twin: a canon of a canon', () => {
    const script = `(seq (seq (ap 1 $s) (canon "alice" $s #s))
      (seq (seq (ap #s $t) (canon "alice" $t #t)) (call "alice" ("s" "f") [#t])))`;
    expect(new Bench(script).run('alice').callRequests.get(1)?.arguments).toEqual([[[1]]]);
  });

  it('put into each other: at most 127 deep', () => {
    const levels = Array.from(
      { length: 300 },
      (_, i) => `(seq (canon "alice" $s${i} #s${i}) (ap #s${i} $s${i + 1}))`,
    );
    const nest = (parts: readonly string[]): string =>
      parts.reduceRight((rest, part) => `(seq ${part} ${rest})`, '(null)');
    expect(new Bench(nest(['(ap 1 $s0)', ...levels.slice(0, 120)])).run('alice').retCode).toBe(
      RetCode.success,
    );
    expect(new Bench(nest(['(ap 1 $s0)', ...levels])).run('alice').retCode).toBe(RetCode.depthLimit);
  });

  it('put twice into each other', () => {
    const doubled = Array.from(
      { length: 60 },
      (_, i) =>
        `(seq (seq (ap #s${i} $s${i + 1}) (ap #s${i} $s${i + 1})) (canon "alice" $s${i + 1} #s${i + 1}))`,
    );
    const nest = (parts: readonly string[]): string =>
      parts.reduceRight((rest, part) => `(seq ${part} ${rest})`, '(null)');
    const swelling = nest(['(seq (ap 1 $s0) (canon "alice" $s0 #s0))', ...doubled]);
    expect(new Bench(swelling).run('alice').retCode).toBe(RetCode.instructionLimit);
    const unbounded = new Bench(swelling, { limits: { instructions: Infinity } });
    expect(unbounded.run('alice').retCode).toBe(RetCode.sizeLimit);
    const errors = Array.from({ length: 60 }, (_, i) =>
      i % 2 === 0 ? '(xor (fail %last_error%) ' : '(xor (fail :error:) ',
    ).join('');
    const growing = new Bench(`(xor (fail 1 "e") ${errors}(null)${')'.repeat(60)})`).run('alice');
    expect(growing.retCode === RetCode.sizeLimit || growing.retCode === 0).toBe(true);
    const many = new Bench(
      `(seq (call "alice" ("s" "big") [] x) (call "alice" ("s" "f") [${'x '.repeat(200)}]))`,
    );
    many.run('alice');
    expect(many.run('alice', { results: { 1: JSON.stringify('x'.repeat(1024 * 1024)) } }).retCode).toBe(
      RetCode.sizeLimit,
    );
  });
});
