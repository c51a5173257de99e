import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

interface Mutant {
  readonly fileName: string;
  readonly location: { readonly start: { readonly line: number } };
  readonly mutatorName: string;
  readonly replacement: string;
  readonly status?: string;
}
interface Row {
  readonly mutants: number;
  readonly counted: number;
  readonly killed: number;
}
interface Sampling {
  chosen(mutants: readonly Mutant[], count: number, seed: string): Mutant[];
  estimate(rows: readonly Row[]): { score: number; low: number; high: number };
}

// The script is JavaScript, without declarations.
const path = resolve(import.meta.dirname, '../../mutation/sample.mjs');
const { chosen, estimate } = (await import(path)) as Sampling;

const mutantAt = (line: number, status?: string): Mutant => ({
  fileName: join(process.cwd(), 'base/a.ts'),
  location: { start: { line } },
  mutatorName: 'ConditionalExpression',
  replacement: 'true',
  ...(status !== undefined && { status }),
});
const mutants = Array.from({ length: 40 }, (_, line) => mutantAt(line));
const linesOf = (list: readonly Mutant[]): number[] => list.map(({ location }) => location.start.line);

describe('the mutants of a sample', () => {
  it('are the same for the same seed, in whatever order they come', () => {
    const first = chosen(mutants, 5, '1');
    expect(first).toHaveLength(5);
    expect(linesOf(chosen(mutants.toReversed(), 5, '1'))).toEqual(linesOf(first));
    expect(linesOf(chosen(mutants, 5, '2'))).not.toEqual(linesOf(first));
  });

  it('of a larger sample begin with those of a smaller one', () => {
    expect(linesOf(chosen(mutants, 9, '1')).slice(0, 4)).toEqual(linesOf(chosen(mutants, 4, '1')));
  });

  it('are none of those that are ignored', () => {
    const [kept, ...ignored] = mutants.map(({ location }, i) =>
      mutantAt(location.start.line, i === 0 ? undefined : 'Ignored'),
    );
    expect(chosen([...ignored, kept as Mutant], 5, '1')).toEqual([kept]);
  });
});

describe('the estimated score', () => {
  it('weighs a file by its mutants', () => {
    const rows = [
      { mutants: 90, counted: 1, killed: 1 },
      { mutants: 10, counted: 1, killed: 0 },
    ];
    expect(estimate(rows).score).toBeCloseTo(90);
  });

  it('has the bounds of Wilson where all weights are equal', () => {
    const { score, low, high } = estimate([{ mutants: 100, counted: 100, killed: 97 }]);
    expect(score).toBeCloseTo(97);
    expect(low).toBeCloseTo(91.55, 1);
    expect(high).toBeCloseTo(98.97, 1);
  });

  it('leaves out files without a counted mutant', () => {
    const row = { mutants: 10, counted: 2, killed: 1 };
    expect(estimate([row, { mutants: 1000, counted: 0, killed: 0 }])).toEqual(estimate([row]));
    expect(estimate([])).toEqual({ score: 100, low: 0, high: 100 });
  });
});
