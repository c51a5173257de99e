import { describe, expect, it } from 'vitest';
import { concat } from '../../base/bytes.ts';
import { RetCode, SealedRecord, sha256 } from '../../interpreter/index.ts';
import { leafHash, TreeHash } from '../../interpreter/log/tree-hash.ts';
import { HONEST_SUM, oneRun } from '../support/history.ts';
import { expectRefused, requestsOf } from '../support/refused.ts';

// Goal:    a log of fewer records has the root that alice signed: two of her results become one that she never gave.
// Means:   second preimages: an inner node of her tree, or the hashes under it, in place of a record.
// Refused: by decodeRecord, as hashes are not a record; and leaves and nodes have different prefixes (tree-hash.ts).
const PREFIXES = { none: [], leaf: [0], node: [1] };

describe('a node of the tree in place of a record', () => {
  it('honest twin: the records', () => {
    const { bench, forgery } = oneRun();
    expect(requestsOf(bench.run('bob', { current: forgery.bytes }))).toEqual(HONEST_SUM);
  });

  it.each(['none', 'leaf', 'node'] as const)('is refused: two hashes, with the prefix of a %s', prefix => {
    const { bench, forgery } = oneRun();
    forgery.editLog('alice', ({ records: [first, second, third] }) => {
      const hashes = concat(leafHash(first!.bytes), leafHash(second!.bytes));
      const bytes = concat(Uint8Array.from(PREFIXES[prefix]), hashes);
      return { records: [SealedRecord.ofBytes(first!.record, bytes), third!] };
    });
    expectRefused(bench.run('bob', { current: forgery.bytes }), RetCode.recordMalformed);
  });

  it('is refused: the node itself', () => {
    const { bench, forgery } = oneRun();
    forgery.editLog('alice', ({ records: [first, second, third] }) => {
      const node = rootOf(first!.bytes, second!.bytes);
      return { records: [SealedRecord.ofBytes(first!.record, node), third!] };
    });
    expectRefused(bench.run('bob', { current: forgery.bytes }), RetCode.recordMalformed);
  });

  it('no shorter list of the same parts has the root of the three', () => {
    const { forgery } = oneRun();
    const [first, second, third] = forgery.log('alice').records.map(({ bytes }) => bytes);
    const root = rootOf(first!, second!, third!);
    const pair = rootOf(first!, second!);
    // Only what is hashed as a leaf can stand in a log, and the pair is not.
    expect(sha256(concat(Uint8Array.of(1), pair, leafHash(third!)))).toEqual(root);
    expect(rootOf(pair, third!)).not.toEqual(root);
    expect(rootOf(concat(leafHash(first!), leafHash(second!)), third!)).not.toEqual(root);
  });
});

function rootOf(...records: Uint8Array[]): Uint8Array {
  const tree = new TreeHash();
  for (const record of records) tree.append(record);
  return tree.root(records.length);
}
