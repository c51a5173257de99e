import { describe, expect, it } from 'vitest';
import { exportEquivocation, RetCode, verifyEquivocation } from '../../interpreter/index.ts';
import { idOf } from '../support/cast.ts';
import { Forgery } from '../support/forge.ts';
import { expectRefused, requestsOf } from '../support/refused.ts';
import { SignedBench } from '../support/signed-bench.ts';

// Goal:    a peer that has lost its data does its work twice, signs conflicting records, or adopts records that it never signed.
// Means:   bob’s data is gone; others bring back his log, or what they say is his log; answers to old requests come late.
// Refused: bob adopts his own log, if it has his signature; a result for a site that has a record is ignored.
const SCRIPT = `(seq (call "bob" ("s" "one") [] x) (seq (call "bob" ("s" "two") [x] y)
  (seq (call "carol" ("s" "use") [x y] z) (call "bob" ("s" "three") [z]))))`;

/** Bob has answered twice, carol knows it and has answered; bob has lost everything. */
function lost(): SignedBench {
  const bench = new SignedBench(SCRIPT);
  bench.run('bob');
  bench.run('bob', { results: { 1: '1' } });
  bench.run('bob', { results: { 2: '2' } });
  bench.deliver('bob', 'carol');
  bench.run('carol', { results: { 1: '3' } });
  return bench;
}

const NOTHING = new Uint8Array(0);

describe('a peer that lost its memory', () => {
  it('honest twin: a peer that kept its data continues', () => {
    const bench = lost();
    const outcome = bench.deliver('carol', 'bob');
    expect([...outcome.callRequests.keys()]).toEqual([3]);
    expect(requestsOf(outcome)).toEqual([['three', [3]]]);
  });

  it('adopts its own log: it repeats no call, continues after the log, and reuses no id', () => {
    const bench = lost();
    const outcome = bench.run('bob', { prev: NOTHING, current: bench.data('carol') });
    expect(requestsOf(outcome)).toEqual([['three', [3]]]);
    expect([...outcome.callRequests.keys()]).toEqual([3]);
    bench.run('bob', { results: { 3: 'true' } });
    const log = new Forgery(bench, bench.data('bob')).log('bob');
    expect(log.count).toBe(3);
    expect(exportEquivocation([bench.data('carol'), bench.data('bob')], bench.particle)).toBeUndefined();
    expect(bench.deliver('bob', 'carol').retCode).toBe(RetCode.success);
  });

  it('adopts what is newer than an old copy of its data', () => {
    const bench = new SignedBench(SCRIPT);
    bench.run('bob');
    const old = bench.run('bob', { results: { 1: '1' } }).data;
    bench.run('bob', { results: { 2: '2' } });
    bench.deliver('bob', 'carol');
    const outcome = bench.run('bob', { prev: old, current: bench.data('carol') });
    expect(outcome).toMatchObject({ retCode: RetCode.success, callRequests: new Map() });
    expect(new Forgery(bench, outcome.data).log('bob').count).toBe(2);
    // The answer to the request that the old copy still waits for.
    const late = bench.run('bob', { results: { 2: '"other"' } });
    expect(late).toMatchObject({ retCode: RetCode.success, data: outcome.data });
  });

  it('ignores the answer together with the log that already has it', () => {
    const bench = new SignedBench(SCRIPT);
    bench.run('bob');
    const old = bench.run('bob', { results: { 1: '1' } }).data;
    bench.run('bob', { results: { 2: '2' } });
    bench.deliver('bob', 'carol');
    const current = bench.data('carol');
    const outcome = bench.run('bob', { prev: old, current, results: { 2: '"other"' } });
    expect(outcome.retCode).toBe(RetCode.success);
    expect(outcome.data).toEqual(bench.run('bob', { prev: old, current }).data);
  });

  it('still reports a result without a request, and a result that arrives twice', () => {
    const bench = lost();
    for (const results of [{ 9: '1' }, { 2: '1' }])
      expect(bench.run('bob', { results }).retCode).toBe(RetCode.unprocessedCallResults);
  });

  it('does not adopt what others have written', () => {
    const bench = lost();
    const forgery = new Forgery(bench, bench.data('carol'));
    forgery.sign('bob', [forgery.record('bob', 0), forgery.record('bob', 1)], 'mallory');
    expectRefused(bench.run('bob', { prev: NOTHING, current: forgery.bytes }), RetCode.signatureMismatch);
  });

  it('convicts itself if it answers again before its log arrives: this cannot be distinguished from a lie', () => {
    const bench = lost();
    bench.run('bob', { prev: NOTHING });
    bench.run('bob', { results: { 1: '"other"' } });
    const evidence = exportEquivocation([bench.data('carol'), bench.data('bob')], bench.particle);
    expect(verifyEquivocation(evidence!)).toMatchObject({ peerId: idOf('bob'), conflict: 'site' });
  });
});
