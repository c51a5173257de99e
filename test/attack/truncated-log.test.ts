import { describe, expect, it } from 'vitest';
import { RetCode, type SealedRecord } from '../../interpreter/index.ts';
import { HONEST_SUM, oneRun } from '../support/history.ts';
import { expectRefused, requestsOf } from '../support/refused.ts';

// Goal:    bob does not see one of alice's results, or sees it twice, or in another order.
// Means:   the carrier takes records of one run out, repeats or moves them.
// Refused: by verifyLogSignature: root and number of records are under the signature.
type Records = readonly SealedRecord[];

describe('a carrier edits what one run has added to a log', () => {
  it('honest twin: the log as alice signed it', () => {
    const { bench, forgery } = oneRun();
    expect(forgery.log('alice').records).toHaveLength(3);
    expect(requestsOf(bench.run('bob', { current: forgery.bytes }))).toEqual(HONEST_SUM);
  });

  it.each<[string, number, (records: Records) => Records]>([
    ['leaves out the last record', 2, records => records.slice(0, -1)],
    ['leaves out the first', 2, records => records.slice(1)],
    ['leaves out the one in between', 2, ([first, , third]) => [first!, third!]],
    ['leaves all but one', 1, ([first]) => [first!]],
    [
      'repeats the last, as a tree of an even number of leaves might',
      4,
      records => [...records, records[2]!],
    ],
    ['moves them', 3, records => records.toReversed()],
  ])('is refused: %s', (_, count, edit) => {
    const { bench, forgery } = oneRun();
    forgery.editLog('alice', ({ records }) => ({ records: edit(records) }));
    expectRefused(bench.run('bob', { current: forgery.dropValues().bytes }), RetCode.signatureMismatch, {
      text: `does not cover its log of length ${count}`,
    });
  });
});
