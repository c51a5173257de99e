import { describe, expect, it } from 'vitest';
import { RetCode } from '../../interpreter/index.ts';
import { Bench } from '../support/bench.ts';
import { idOf } from '../support/cast.ts';
import { atInstruction, Forgery } from '../support/forge.ts';
import { expectRefused, requestsOf } from '../support/refused.ts';

// Goal:    a call without output is taken for done, though nobody did it: bob's own, or alice's.
// Means:   mallory writes states, which nobody signs, or a record in the name of who must do it.
// Refused: no state says that a call is done; only its peer's signed record does, output or not.
// Not:     a forged state that alice was asked makes bob wait instead of asking. See SECURITY.md, delay.
const SCRIPT = `(seq (call "mallory" ("s" "go") [] x)
  (seq (call "bob" ("audit" "note") [x]) (seq (call "alice" ("audit" "note") [x]) (call "bob" ("s" "pay") [x]))))`;
const BOBS_NOTE = atInstruction(3);
const ALICES_NOTE = atInstruction(5);

function gone(): { bench: Bench; forgery: Forgery } {
  const bench = new Bench(SCRIPT, { init: 'mallory' });
  bench.run('mallory');
  bench.run('mallory', { results: { 1: '1' } });
  return { bench, forgery: new Forgery(bench, bench.data('mallory')) };
}

describe('a call without output, claimed to be done', () => {
  it('honest twin: bob notes, then alice, then bob pays', () => {
    const { bench } = gone();
    expect(requestsOf(bench.deliver('mallory', 'bob'))).toEqual([['note', [1]]]);
    expect(bench.run('bob', { results: { 1: 'null' } }).nextPeerIds).toEqual([idOf('alice')]);
    expect(requestsOf(bench.deliver('bob', 'alice'))).toEqual([['note', [1]]]);
    bench.run('alice', { results: { 1: 'null' } });
    expect(requestsOf(bench.deliver('alice', 'bob'))).toEqual([['pay', [1]]]);
  });

  it.each([
    ['requested by bob', { kind: 'requested', site: BOBS_NOTE, by: idOf('bob') }],
    ['requested by mallory', { kind: 'requested', site: BOBS_NOTE, by: idOf('mallory') }],
    [
      'pending at bob',
      { kind: 'pending', site: BOBS_NOTE, by: idOf('bob'), requestId: 1, callHash: '00'.repeat(32) },
    ],
    ['put into a stream', { kind: 'put', site: BOBS_NOTE, generation: 0 }],
  ] as const)('bob does his own all the same, if a state says: %s', (_, state) => {
    const { bench, forgery } = gone();
    expect(requestsOf(bench.run('bob', { current: forgery.addState(state).bytes }))).toEqual([['note', [1]]]);
  });

  it('bob does not pay if states claim that alice has answered', () => {
    const { bench, forgery } = gone();
    bench.run('bob', { current: forgery.bytes });
    forgery.addState({ kind: 'put', site: ALICES_NOTE, generation: 0 });
    const { nextPeerIds, callRequests } = bench.run('bob', {
      current: forgery.bytes,
      results: { 1: 'null' },
    });
    expect([nextPeerIds, callRequests.size]).toEqual([[], 0]);
  });

  it.each([
    ['bob', BOBS_NOTE],
    ['alice', ALICES_NOTE],
  ])('a record in the name of %s is refused', (name, site) => {
    const { bench, forgery } = gone();
    const record = { ...forgery.record('mallory'), site, serviceId: 'audit', functionName: 'note' };
    forgery.sign(name, [record], 'mallory');
    expectRefused(bench.run('bob', { current: forgery.bytes }), RetCode.signatureMismatch);
    forgery.dropLog(name).append('mallory', [record]);
    expectRefused(bench.run('bob', { current: forgery.bytes }), RetCode.recordNotReached);
  });
});
