import { describe, expect, it } from 'vitest';
import { RetCode } from '../../interpreter/index.ts';
import { HONEST_SUM, threeRuns } from '../support/history.ts';
import { requestsOf } from '../support/refused.ts';

// Goal:    who has seen alice's answers forgets the last of them, and acts as if they were still to come.
// Means:   the carrier delivers an older part of her history, which she has signed.
// Refused: it has no effect: of two logs of which one begins the other, the longer stays (mergeLogs).
// Not:     who never saw the newer part cannot know of it. See SECURITY.md, omission.
describe('an older part of a log', () => {
  it('honest twin: the newer part, after the older', () => {
    const { bench, forgery, older } = threeRuns();
    expect(requestsOf(bench.run('bob', { current: older[0]!.bytes }))).toEqual([]);
    expect(requestsOf(bench.run('bob', { current: forgery.bytes }))).toEqual(HONEST_SUM);
  });

  it.each([1, 2])('changes nothing for a peer that has seen more: %i of 3 records', count => {
    const { bench, forgery, older } = threeRuns();
    bench.run('bob', { current: forgery.bytes });
    const known = bench.data('bob');
    expect(bench.run('bob', { current: older[count - 1]!.bytes })).toMatchObject({
      retCode: RetCode.success,
      data: known,
      callRequests: new Map(),
      nextPeerIds: [],
    });
  });

  it('changes nothing for alice herself: she neither calls nor signs again', () => {
    const { bench, older } = threeRuns();
    const known = bench.data('alice');
    expect(bench.run('alice', { current: older[0]!.dropStates().bytes })).toMatchObject({
      retCode: RetCode.success,
      data: known,
      callRequests: new Map(),
    });
  });

  it.each([1, 2, 3])('keeps the signature that was known, whatever is under it: %i of 3 records', count => {
    const { bench, forgery, older } = threeRuns();
    bench.run('bob', { current: forgery.bytes });
    const known = bench.data('bob');
    older[count - 1]!.editLog('alice', () => ({ signature: new Uint8Array(64) }));
    expect(bench.run('bob', { current: older[count - 1]!.bytes })).toMatchObject({ retCode: 0, data: known });
  });
});
