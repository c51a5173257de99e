import { describe, expect, it } from 'vitest';
import { RetCode } from '../../interpreter/index.ts';
import { HONEST_SUM, threeRuns } from '../support/history.ts';
import { expectRefused, requestsOf } from '../support/refused.ts';

// Goal:    bob does not see one of alice's results, or sees it twice, or in another order.
// Means:   the carrier leaves out, repeats or moves records of different runs; alice signed each of her heads.
// Refused: by verifyLogSignature: the newest signature covers all records, in their order, and their number.
describe('a carrier edits the log of a peer', () => {
  it('honest twin: the whole log is taken', () => {
    const { bench, forgery } = threeRuns();
    expect(forgery.log('alice').records).toHaveLength(3);
    expect(requestsOf(bench.run('bob', { current: forgery.bytes }))).toEqual(HONEST_SUM);
  });

  it.each([
    ['leaves out the first record', [1, 2]],
    ['leaves out one in between', [0, 2]],
    ['leaves out all but the last', [2]],
    ['leaves out the last', [0, 1]],
    ['repeats the first', [0, 0, 1, 2]],
    ['repeats the last', [0, 1, 2, 2]],
    ['swaps two', [0, 2, 1]],
    ['turns it round', [2, 1, 0]],
  ])('is refused: %s', (_, order) => {
    const { bench, forgery } = threeRuns();
    forgery.editLog('alice', ({ records }) => ({ records: order.map(i => records[i]!) }));
    expectRefused(bench.run('bob', { current: forgery.dropValues().bytes }), RetCode.signatureMismatch, {
      text: `does not cover its log of length ${order.length} in this particle`,
    });
  });

  it.each([
    ['the signature of an older head, under all records', 0, 3],
    ['the newest signature, under the records of an older head', 2, 2],
    ['the signature of one older head, under the records of another', 1, 1],
  ])('is refused: %s', (_, signed, count) => {
    const { bench, forgery, older } = threeRuns();
    const { signature } = older[signed]!.log('alice');
    forgery.editLog('alice', ({ records }) => ({ records: records.slice(0, count), signature }));
    expectRefused(bench.run('bob', { current: forgery.dropValues().bytes }), RetCode.signatureMismatch);
  });
});
