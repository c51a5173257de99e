import { describe, expect, it } from 'vitest';
import { RetCode } from '../../interpreter/index.ts';
import { Bench } from '../support/bench.ts';
import { idOf } from '../support/cast.ts';
import { atInstruction, Forgery } from '../support/forge.ts';

// Goal:    the result of alice's private call becomes the result of another one.
// Means:   mallory marks that other call as pending under the id of the private one.
// Refused: by Ledger.stateAt: request ids count only where alice's own data has them.
const SCRIPT = `(seq (call "mallory" ("s" "go") [])
  (par (call "alice" ("public" "name") [] p) (call "alice" ("private" "secret") [] s)))`;

function started(): Bench {
  const bench = new Bench(SCRIPT, { init: 'mallory' });
  bench.run('mallory');
  bench.run('mallory', { results: { 1: '0' } });
  return bench;
}

describe('mallory gives a call the request id of another one', () => {
  it('honest twin: each result goes to its call', () => {
    const bench = started();
    expect([...bench.deliver('mallory', 'alice').callRequests.keys()]).toEqual([1, 2]);
    const { retCode } = bench.run('alice', { results: { 1: '"Alice"', 2: '"4711"' } });
    expect(retCode).toBe(RetCode.success);
  });

  it('has no effect: alice calls her own services under her own ids', () => {
    const bench = started();
    const forgery = new Forgery(bench, bench.data('mallory'));
    const site = atInstruction(3);
    const states = new Map(forgery.data.states).set(site.key, {
      kind: 'pending' as const,
      site,
      by: idOf('alice'),
      requestId: 2,
      callHash: '00'.repeat(32),
    });
    forgery.data = { ...forgery.data, states };
    const { retCode, callRequests } = bench.run('alice', { current: forgery.bytes });
    expect(retCode).toBe(RetCode.success);
    expect([...callRequests].map(([id, request]) => [id, request.functionName])).toEqual([
      [1, 'name'],
      [2, 'secret'],
    ]);
  });
});
