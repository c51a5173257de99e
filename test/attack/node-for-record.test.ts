import { describe, expect, it } from 'vitest';
import { concat } from '../../base/bytes.ts';
import { RetCode, type SealedRecord } from '../../interpreter/index.ts';
import { leafHash, merkleRoot } from '../../interpreter/provenance/merkle.ts';
import { HONEST_SUM, oneBatch } from '../support/history.ts';
import { expectRefused, requestsOf } from '../support/refused.ts';

// Goal:    a batch of fewer records has the root that alice signed: two of her results become one that she never gave.
// Means:   second preimages: an inner node of her tree, or the hashes under it, in place of a record.
// Refused: by decodeRecord, as hashes are no record; and leaves and nodes have different prefixes (merkle.ts).
const PREFIXES = { none: [], leaf: [0], node: [1] };

describe('a node of the tree in place of a record', () => {
  it('honest twin: the records', () => {
    const { bench, forgery } = oneBatch();
    expect(requestsOf(bench.run('bob', { current: forgery.bytes }))).toEqual(HONEST_SUM);
  });

  it.each(['none', 'leaf', 'node'] as const)('is refused: two hashes, with the prefix of a %s', prefix => {
    const { bench, forgery } = oneBatch();
    forgery.editBatch('alice', 0, ({ records: [first, second, third] }) => {
      const hashes = concat(leafHash(first!.bytes), leafHash(second!.bytes));
      const bytes = concat(Uint8Array.from(PREFIXES[prefix]), hashes);
      return { records: [{ ...first!, bytes }, third!] };
    });
    expectRefused(bench.run('bob', { current: forgery.bytes }), RetCode.recordMalformed);
  });

  it('is refused: the node itself', () => {
    const { bench, forgery } = oneBatch();
    forgery.editBatch('alice', 0, ({ records: [first, second, third] }) => {
      const node = merkleRoot([leafHash(first!.bytes), leafHash(second!.bytes)]);
      return { records: [{ ...first!, bytes: node }, third!] };
    });
    expectRefused(bench.run('bob', { current: forgery.bytes }), RetCode.recordMalformed);
  });

  it('no shorter list of what is at hand has the root of the three', () => {
    const { forgery } = oneBatch();
    const leaves = forgery
      .chain('alice')
      .batches[0]!.records.map(({ bytes }: SealedRecord) => leafHash(bytes));
    const root = merkleRoot(leaves);
    const pair = merkleRoot(leaves.slice(0, 2));
    expect(merkleRoot([pair, leaves[2]!])).toEqual(root);
    // Only what is hashed as a leaf can stand in a batch, and the pair is not.
    expect(merkleRoot([leafHash(pair), leaves[2]!])).not.toEqual(root);
    expect(merkleRoot([leafHash(concat(leaves[0]!, leaves[1]!)), leaves[2]!])).not.toEqual(root);
  });
});
