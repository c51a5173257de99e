import { describe, expect, it } from 'vitest';
import { RetCode } from '../../interpreter/index.ts';
import { Bench } from '../support/bench.ts';
import { Forgery } from '../support/forge.ts';

// Goal:    bob does not see one of alice's results, or sees it twice, or in another order.
// Means:   the carrier leaves out, repeats, moves or shortens batches of alice's records.
// Refused: by verifyChainLinks; a batch that lost a record by verifySignatures; two versions of a history by mergeChains.
const SCRIPT = `(seq (call "alice" ("s" "one") [] x)
  (seq (call "alice" ("s" "two") [] y)
    (seq (call "alice" ("s" "three") [] z) (call "bob" ("s" "sum") [x y z]))))`;

function carried(): { bench: Bench; forgery: Forgery } {
  const bench = new Bench(SCRIPT);
  bench.run('alice');
  for (const id of [1, 2, 3]) bench.run('alice', { results: { [id]: String(id * 10) } });
  return { bench, forgery: new Forgery(bench, bench.data('alice')) };
}

describe('a carrier edits the history of a peer', () => {
  it('honest twin: the whole history is taken', () => {
    const { bench, forgery } = carried();
    expect(forgery.chain('alice').batches).toHaveLength(3);
    expect(bench.run('bob', { current: forgery.bytes }).callRequests.get(1)?.arguments).toEqual([10, 20, 30]);
  });

  it.each([
    ['leaves out the first batch', [1, 2]],
    ['leaves out one in between', [0, 2]],
    ['repeats one', [0, 0, 1, 2]],
    ['swaps two', [0, 2, 1]],
  ])('is refused: %s', (_, order) => {
    const { bench, forgery } = carried();
    const { batches } = forgery.chain('alice');
    forgery.setChain(
      'alice',
      order.map(i => batches[i] as (typeof batches)[number]),
    );
    expect(bench.run('bob', { current: forgery.bytes }).retCode).toBe(RetCode.chainBroken);
  });

  it('is refused: takes one record out of a batch', () => {
    const bench = new Bench(
      '(seq (par (call "alice" ("s" "one") [] x) (call "alice" ("s" "two") [] y)) (call "bob" ("s" "sum") [x y]))',
    );
    bench.run('alice');
    bench.run('alice', { results: { 1: '10', 2: '20' } });
    const forgery = new Forgery(bench, bench.data('alice'));
    const [batch] = forgery.chain('alice').batches;
    if (batch === undefined) throw new Error('alice has a batch');
    expect(batch.records).toHaveLength(2);
    forgery.setChain('alice', [{ ...batch, records: batch.records.slice(0, 1) }]);
    expect(bench.run('bob', { current: forgery.dropValues().bytes }).retCode).toBe(RetCode.signatureMismatch);
  });

  it('cannot roll back a peer that has seen more: the longer history stays', () => {
    const { bench, forgery } = carried();
    bench.run('bob', { current: forgery.bytes });
    const before = bench.data('bob');
    const { batches } = forgery.chain('alice');
    forgery.setChain('alice', batches.slice(0, 1)).dropValues().addValue('10');
    expect(bench.run('bob', { current: forgery.bytes })).toMatchObject({
      retCode: RetCode.success,
      data: before,
    });
  });
});
