import { describe, expect, it } from 'vitest';
import { RetCode } from '../../interpreter/index.ts';
import { HONEST_SUM, threeBatches } from '../support/history.ts';
import { expectRefused, requestsOf } from '../support/refused.ts';

// Goal:    bob does not see one of alice's results, or sees it twice, or in another order.
// Means:   the carrier leaves out, repeats or moves whole batches of alice's records; each is validly signed.
// Refused: by verifyChainLinks: every batch names the head before it.
describe('a carrier edits the history of a peer', () => {
  it('honest twin: the whole history is taken', () => {
    const { bench, forgery } = threeBatches();
    expect(forgery.chain('alice').batches).toHaveLength(3);
    expect(requestsOf(bench.run('bob', { current: forgery.bytes }))).toEqual(HONEST_SUM);
  });

  it.each([
    ['leaves out the first batch', [1, 2], 0],
    ['leaves out one in between', [0, 2], 1],
    ['leaves out all but the last', [2], 0],
    ['repeats the first', [0, 0, 1, 2], 1],
    ['repeats the last', [0, 1, 2, 2], 3],
    ['swaps two', [0, 2, 1], 1],
    ['turns it round', [2, 1, 0], 0],
  ])('is refused: %s', (_, order, at) => {
    const { bench, forgery } = threeBatches();
    const { batches } = forgery.chain('alice');
    forgery.setChain(
      'alice',
      order.map(i => batches[i] as (typeof batches)[number]),
    );
    expectRefused(bench.run('bob', { current: forgery.bytes }), RetCode.chainBroken, {
      text: `batch ${at} of the records of`,
    });
  });

  it.each([
    ['to follow nothing', '00'.repeat(32)],
    ['to follow something else', 'ab'.repeat(32)],
  ])('is refused: a batch is said %s', (_, previous) => {
    const { bench, forgery } = threeBatches();
    forgery.editBatch('alice', 1, () => ({ previous }));
    expectRefused(bench.run('bob', { current: forgery.bytes }), RetCode.chainBroken);
  });

  it('is refused: links that were mended no longer have her signature', () => {
    const { bench, forgery } = threeBatches();
    const [first, , third] = forgery.chain('alice').batches;
    forgery.setChain('alice', [first!, { ...third!, previous: first!.head }]);
    expectRefused(bench.run('bob', { current: forgery.bytes }), RetCode.signatureMismatch);
  });
});
