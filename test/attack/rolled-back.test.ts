import { describe, expect, it } from 'vitest';
import { RetCode } from '../../interpreter/index.ts';
import { HONEST_SUM, threeBatches } from '../support/history.ts';
import { requestsOf } from '../support/refused.ts';

// Goal:    who has seen alice's answers forgets the last of them, and acts as if they were still to come.
// Means:   the carrier delivers an older part of her history, which she has signed.
// Refused: it has no effect: of two histories of which one begins the other, the longer stays (mergeChains).
// Not:     who never saw the newer part cannot know of it. See SECURITY.md, omission.
describe('an older part of a history', () => {
  it('honest twin: the newer part, after the older', () => {
    const { bench, forgery } = threeBatches();
    const whole = forgery.bytes;
    const { batches } = forgery.chain('alice');
    const older = forgery.setChain('alice', batches.slice(0, 1)).dropValues();
    older.addValue('10');
    expect(requestsOf(bench.run('bob', { current: older.bytes }))).toEqual([]);
    expect(requestsOf(bench.run('bob', { current: whole }))).toEqual(HONEST_SUM);
  });

  it.each([1, 2])('changes nothing for who has seen more: %i of 3 batches', count => {
    const { bench, forgery } = threeBatches();
    bench.run('bob', { current: forgery.bytes });
    const known = bench.data('bob');
    const { batches } = forgery.chain('alice');
    forgery.setChain('alice', batches.slice(0, count)).dropValues().addValue('10');
    expect(bench.run('bob', { current: forgery.bytes })).toMatchObject({
      retCode: RetCode.success,
      data: known,
      callRequests: new Map(),
      nextPeerIds: [],
    });
  });

  it('changes nothing for alice herself: she neither asks nor signs again', () => {
    const { bench, forgery } = threeBatches();
    const known = bench.data('alice');
    const { batches } = forgery.chain('alice');
    forgery.setChain('alice', batches.slice(0, 1)).dropTrace().dropValues().addValue('10');
    expect(bench.run('alice', { current: forgery.bytes })).toMatchObject({
      retCode: RetCode.success,
      data: known,
      callRequests: new Map(),
    });
  });
});
