import { describe, expect, it } from 'vitest';
import { RetCode } from '../../interpreter/index.ts';
import { Bench } from '../support/bench.ts';
import { Forgery } from '../support/forge.ts';

// Goal:    two results of one function with equal arguments change places, or one counts twice, or in another iteration.
// Means:   mallory, who made them, or a carrier, moves records to other sites.
// Refused: a carrier breaks the signature; a record that mallory signs for a site the script does not reach is not taken.
const SCRIPT = `(seq (call "mallory" ("dice" "roll") [] first)
  (seq (call "mallory" ("dice" "roll") [] second) (call "bob" ("s" "bet") [first second])))`;
const FOLD = `(seq (call "mallory" ("s" "list") [] items)
  (seq (fold items i (seq (call "mallory" ("s" "price") []) (next i)))
    (call "bob" ("s" "done") [])))`;

function rolled(): { bench: Bench; forgery: Forgery } {
  const bench = new Bench(SCRIPT);
  bench.run('mallory');
  bench.run('mallory', { results: { 1: '1' } });
  bench.run('mallory', { results: { 2: '6' } });
  return { bench, forgery: new Forgery(bench, bench.data('mallory')) };
}

describe('results change places', () => {
  it('honest twin: each result stands where it was made', () => {
    const { bench, forgery } = rolled();
    expect(bench.run('bob', { current: forgery.bytes }).callRequests.get(1)?.arguments).toEqual([1, 6]);
  });

  it('is refused when a carrier swaps the sites', () => {
    const { bench, forgery } = rolled();
    const [first, second] = [forgery.record('mallory', 0), forgery.record('mallory', 1)];
    forgery.sign('mallory', [[{ ...first, site: second.site }], [{ ...second, site: first.site }]], 'carol');
    expect(bench.run('bob', { current: forgery.bytes }).retCode).toBe(RetCode.signatureMismatch);
  });

  it('shows as two histories when mallory swaps her own', () => {
    const { bench, forgery } = rolled();
    bench.run('bob', { current: forgery.bytes });
    const [first, second] = [forgery.record('mallory', 0), forgery.record('mallory', 1)];
    forgery.sign('mallory', [[{ ...first, site: second.site }], [{ ...second, site: first.site }]]);
    expect(bench.run('bob', { current: forgery.bytes }).retCode).toBe(RetCode.equivocation);
  });

  it('honest twin: a result in each iteration', () => {
    const bench = new Bench(FOLD);
    bench.run('mallory');
    bench.run('mallory', { results: { 1: '[1,2]' } });
    bench.run('mallory', { results: { 2: '10' } });
    bench.run('mallory', { results: { 3: '20' } });
    expect(bench.deliver('mallory', 'bob').callRequests.get(1)?.functionName).toBe('done');
  });

  it('is refused for an iteration that does not exist', () => {
    const bench = new Bench(FOLD);
    bench.run('mallory');
    bench.run('mallory', { results: { 1: '[1]' } });
    bench.run('mallory', { results: { 2: '10' } });
    const forgery = new Forgery(bench, bench.data('mallory'));
    const price = forgery.record('mallory', 1);
    const moved = {
      ...price,
      site: { ...price.site, iterations: price.site.iterations.advance(2, 7), key: '3/2:7' },
    };
    forgery.sign('mallory', [[forgery.record('mallory', 0)], [price], [moved]]);
    expect(bench.run('bob', { current: forgery.bytes }).retCode).toBe(RetCode.recordNotReached);
  });
});
