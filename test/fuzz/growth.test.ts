import { describe, expect, it } from 'vitest';
import { Bench } from '../support/bench.ts';
import { Forgery } from '../support/forge.ts';
import { writeWire, type Wire } from './wire.ts';

// Twice as much takes about twice as long. What would be quadratic takes sixteen times as long for four times as much; the machine
// is shared, so the best of some tries counts, and there is room between the two.
const RATIO_MAX = 10;
const TRIES = 6;

type Play = () => void;

function msOf(play: Play): number {
  const start = performance.now();
  play();
  return performance.now() - start;
}

/** The best of a few runs, after one that does not count. */
const best = (play: Play): number => Math.min(...[play, play, play].map(msOf).slice(1));

const numbers = (count: number): string => JSON.stringify(Array.from({ length: count }, (_, i) => i));

/** Runs the rest of a script after a list of so many numbers. */
const over =
  (body: string) =>
  (count: number): Play => {
    const bench = new Bench(`(seq (call "alice" ("s" "l") [] l) ${body})`);
    bench.run('alice');
    const input = { prev: bench.data('alice'), results: { 1: numbers(count) } };
    return () => void bench.run('alice', input);
  };

let spaces = 0;
/** Parses and runs; never the same text twice, since scripts are remembered. */
const script =
  (make: (count: number) => string) =>
  (count: number): Play => {
    const text = make(count);
    return () => void new Bench(text + ' '.repeat(++spaces)).run('alice');
  };

/** A stream of alice as it arrives at bob, with generations that an attacker chose. */
const generations =
  (generation: (i: number, count: number) => number) =>
  (count: number): Play => {
    const bench = new Bench(
      '(seq (call "alice" ("s" "l") [] l) (seq (fold l i (seq (ap i $s) (next i))) (fold $s j (seq (null) (next j)))))',
    );
    bench.run('alice');
    bench.run('alice', { results: { 1: numbers(count) } });
    const forgery = new Forgery(bench, bench.data('alice'));
    const all = new Map(forgery.data.states);
    for (const [i, [key, state]] of [...all].entries())
      if (state.kind === 'put') all.set(key, { ...state, generation: generation(i, count) });
    forgery.data = { ...forgery.data, states: all };
    const current = forgery.bytes;
    return () => void bench.run('bob', { prev: new Uint8Array(0), current });
  };

/** Data of states alone; the script reaches none of them. */
const states =
  (make: (i: number) => Wire['states'][number]) =>
  (count: number): Play => {
    const all = Array.from({ length: count }, (_, i) => make(i));
    return () => {
      // Other data each time: what was read lately is remembered.
      const wire = { version: 2, lastRequestId: ++spaces, peers: [], states: all, logs: [], values: [] };
      new Bench('(null)').run('alice', { current: writeWire(wire) });
    };
  };

const site = (instruction: number, steps: number[] = []) => ({ instruction, steps });

const GROWING: Readonly<Record<string, readonly [size: number, make: (count: number) => Play]>> = {
  states: [5000, states(i => ({ kind: 2, site: site(i), rest: [i] }))],
  'states in deep folds': [
    400,
    states(i => ({
      kind: 2,
      site: site(
        i,
        Array.from({ length: 500 }, () => 7),
      ),
      rest: [0],
    })),
  ],
  'generations that rise': [2000, generations(i => i)],
  'generations that fall': [2000, generations((i, count) => count - i)],
  'generations at the end of what there is': [2000, generations(i => 0xffff_ffff - i)],
  'items of an array': [5000, over('(fold l i (seq (null) (next i)))')],
  'items of an array, backwards': [5000, over('(fold l i (seq (next i) (ap i x)))')],
  'items of a stream': [
    2000,
    over('(seq (fold l i (seq (ap i $s) (next i))) (fold $s j (par (call "bob" ("s" "f") [j]) (next j))))'),
  ],
  'a canon': [2000, over('(seq (fold l i (seq (ap i $s) (next i))) (canon "alice" $s #c))')],
  'a map with many keys': [
    2000,
    over(
      '(seq (fold l i (seq (ap (i i) %m) (next i))) (seq (canon "alice" %m #%m) (fold #%m i (seq (ap #%m.$.a x) (next i)))))',
    ),
  ],
  errors: [2000, over('(fold l i (seq (xor (fail 1 "e") (ap %last_error% $s)) (next i)))')],
  'instructions inside each other': [
    5000,
    script(count => `${'(seq (null) '.repeat(count)}(null)${')'.repeat(count)}`),
  ],
  'handlers inside each other': [
    2000,
    script(count => `${'(xor (fail 1 "e") '.repeat(count)}(null)${')'.repeat(count)}`),
  ],
  'new inside each other': [
    2000,
    script(count => `${'(new $s '.repeat(count)}(ap 1 $s)${')'.repeat(count)}`),
  ],
  names: [2000, script(count => nested(count, i => `(ap ${i} v${i})`))],
  folds: [2000, script(count => nested(count, i => `(fold [] i${i} (seq (null) (next i${i})))`))],
  'steps of a lens': [
    20_000,
    script(count => `(seq (call "alice" ("s" "l") [] l) (ap l.$${'.a'.repeat(count)} x))`),
  ],
  arguments: [10_000, script(count => `(call "alice" ("s" "f") [${'1 '.repeat(count)}])`)],
};

function nested(count: number, part: (i: number) => string): string {
  let text = '(null)';
  for (let i = 0; i < count; i++) text = `(seq ${part(i)} ${text})`;
  return text;
}

describe('time grows with size, and not with its square', () => {
  it.each(Object.entries(GROWING))('%s', (_, [size, make]) => {
    const [small, fourfold] = [make(size), make(4 * size)];
    let ratio = Infinity;
    for (let tries = 0; tries < TRIES && ratio > RATIO_MAX; tries++)
      ratio = Math.min(ratio, best(fourfold) / Math.max(best(small), 1));
    expect(ratio).toBeLessThan(RATIO_MAX);
  });
});
