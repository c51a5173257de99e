import { describe, expect, it } from 'vitest';
import { RetCode } from '../../interpreter/index.ts';
import { Bench } from '../support/bench.ts';
import { Forgery } from '../support/forge.ts';

// Goal:    mallory tells bob one answer and carol another.
// Means:   she signs two histories of her own service.
// Refused: by mergeChains where the two meet, with both signed statements as evidence; by verifyRecords inside one history.
const SCRIPT = `(seq (call "mallory" ("s" "vote") [] v) (par (call "bob" ("s" "got") [v]) (call "carol" ("s" "got") [v])))`;

function answered(answer: string): Bench {
  const bench = new Bench(SCRIPT);
  bench.run('mallory');
  bench.run('mallory', { results: { 1: answer } });
  return bench;
}

describe('mallory signs two histories', () => {
  it('honest twin: one history, delivered twice, is one', () => {
    const bench = answered('"yes"');
    bench.deliver('mallory', 'bob');
    bench.run('bob', { results: { 1: '0' } });
    bench.deliver('mallory', 'carol');
    expect(bench.deliver('bob', 'carol').retCode).toBe(RetCode.success);
  });

  it('is refused where the two meet, and what was known stays', () => {
    const yes = answered('"yes"');
    const no = answered('"no"');
    yes.deliver('mallory', 'carol');
    const before = yes.data('carol');
    const outcome = yes.run('carol', { current: no.data('mallory') });
    expect(outcome.retCode).toBe(RetCode.equivocation);
    expect(outcome.errorMessage).toContain(
      'signed two different histories: batch 0 of its records exists in two versions',
    );
    expect(outcome.data).toEqual(before);
  });

  it('is refused inside one history: two records of one site', () => {
    const bench = answered('"yes"');
    const forgery = new Forgery(bench, bench.data('mallory'));
    const record = forgery.record('mallory');
    const other = { ...record, responseHash: forgery.addValue('"no"') };
    forgery.sign('mallory', [[record], [other]]);
    expect(bench.run('bob', { current: forgery.bytes }).retCode).toBe(RetCode.equivocation);
  });
});
