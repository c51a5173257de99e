import { describe, expect, it } from 'vitest';
import { decodeData, RetCode } from '../../../../interpreter/index.ts';
import type { RecordBatch } from '../../../../interpreter/index.ts';
import { Bench } from '../../../support/bench.ts';
import { idOf } from '../../../support/cast.ts';
import { Forgery } from '../../../support/forge.ts';

/** Bob has two batches, which carol's peer has verified. */
function verified(particleId: string): { bench: Bench; data: Uint8Array } {
  const bench = new Bench(
    '(seq (call "bob" ("s" "f") [] x) (seq (call "bob" ("s" "g") [x] y) (call "carol" ("s" "use") [y])))',
    { particleId },
  );
  bench.run('bob');
  bench.run('bob', { results: { 1: '1' } });
  bench.run('bob', { results: { 2: '2' } });
  expect(bench.deliver('bob', 'carol').callRequests.size).toBe(1);
  return { bench, data: bench.data('bob') };
}

const batchesOf = (bench: Bench, data: Uint8Array): readonly RecordBatch[] =>
  decodeData(data, bench.particleSignature, 'test').chains.get(idOf('bob'))?.batches ?? [];

describe('batches that were verified before', () => {
  it('are taken as they are when they come again', () => {
    const { bench, data } = verified('known-1');
    const [once, again] = [batchesOf(bench, data), batchesOf(bench, Uint8Array.from(data))];
    expect(once).toHaveLength(2);
    for (const [i, batch] of once.entries()) expect(again[i]).toBe(batch);
  });

  it('hold no bytes that their bringer can change', () => {
    const { bench, data } = verified('known-2');
    const [batch] = batchesOf(bench, data) as [RecordBatch];
    const before = Uint8Array.from(batch.signature);
    data.fill(0);
    expect(batch.signature).toEqual(before);
  });

  it('do not lend their verdict to another signature under the same head', () => {
    const { bench, data } = verified('known-3');
    const forgery = new Forgery(bench, data);
    const [first, second] = forgery.chain('bob').batches as [RecordBatch, RecordBatch];
    const signature = Uint8Array.from(second.signature);
    signature[0] = (signature[0] as number) ^ 1;
    forgery.setChain('bob', [first, { ...second, signature }]);
    const outcome = bench.run('carol', { prev: new Uint8Array(0), current: forgery.bytes });
    expect(outcome.retCode).toBe(RetCode.signatureMismatch);
  });

  it('do not lend it to the same batch in another particle', () => {
    const { bench, data } = verified('known-4');
    const forgery = new Forgery(bench, data);
    const [first] = forgery.chain('bob').batches as [RecordBatch];
    const other = new Bench(
      '(seq (call "bob" ("s" "f") [] x) (seq (call "bob" ("s" "g") [x] y) (call "carol" ("s" "use") [y])))',
      { particleId: 'known-5' },
    );
    forgery.setChain('bob', [first]).dropValues();
    expect(other.run('carol', { current: forgery.bytes }).retCode).toBe(RetCode.signatureMismatch);
  });

  it('do not lend it to a batch behind another one', () => {
    const { bench, data } = verified('known-6');
    const forgery = new Forgery(bench, data);
    const [, second] = forgery.chain('bob').batches as [RecordBatch, RecordBatch];
    forgery.setChain('bob', [second]);
    expect(bench.run('carol', { prev: new Uint8Array(0), current: forgery.bytes }).retCode).toBe(
      RetCode.chainBroken,
    );
  });
});
