import { describe, expect, it } from 'vitest';
import { RetCode, type RecordBatch, type SealedRecord } from '../../interpreter/index.ts';
import { HONEST_SUM, oneBatch } from '../support/history.ts';
import { expectRefused, requestsOf } from '../support/refused.ts';

// Goal:    bob does not see one of alice's results, or sees it twice, or in another order.
// Means:   the carrier takes records out of a batch, repeats or moves them, or divides the batch in two.
// Refused: by verifySignatures: root and count are under the signature.
type Records = readonly SealedRecord[];

describe('a carrier edits a batch', () => {
  it('honest twin: the batch as alice signed it', () => {
    const { bench, forgery } = oneBatch();
    expect(forgery.chain('alice').batches[0]?.records).toHaveLength(3);
    expect(requestsOf(bench.run('bob', { current: forgery.bytes }))).toEqual(HONEST_SUM);
  });

  it.each<[string, (records: Records) => Records]>([
    ['leaves out the last record', records => records.slice(0, -1)],
    ['leaves out the first', records => records.slice(1)],
    ['leaves out the one in between', ([first, , third]) => [first!, third!]],
    ['leaves all but one', ([first]) => [first!]],
    ['repeats the last, as a tree of an even number of leaves might', records => [...records, records[2]!]],
    ['moves them', records => records.toReversed()],
  ])('is refused: %s', (_, edit) => {
    const { bench, forgery } = oneBatch();
    forgery.editBatch('alice', 0, ({ records }) => ({ records: edit(records) }));
    expectRefused(bench.run('bob', { current: forgery.dropValues().bytes }), RetCode.signatureMismatch, {
      text: 'does not cover batch 0 of its records',
    });
  });

  it('is refused: divides it in two, under the one signature that there is', () => {
    const { bench, forgery } = oneBatch();
    const batch = forgery.chain('alice').batches[0] as RecordBatch;
    const [first, ...rest] = batch.records;
    const begin = { ...batch, records: [first!] };
    forgery.setChain('alice', [begin]);
    const { head } = forgery.chain('alice').batches[0] as RecordBatch;
    forgery.setChain('alice', [begin, { ...batch, previous: head, records: rest }]);
    const outcome = bench.run('bob', { current: forgery.dropValues().bytes });
    // The decoder computes the head of the first half anew, so the second does not follow it.
    expectRefused(outcome, RetCode.chainBroken);
  });
});
