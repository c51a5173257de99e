import { concat } from '../../base/bytes.ts';
import { invariant } from '../../base/assert.ts';
import { sha256 } from '../platform.ts';

/**
 * Merkle trees of RFC 6962: one signature over the root covers any number of records, and a path of hashes proves one of them.
 * Leaves and nodes are hashed with different prefixes, so that a node cannot pass for a record.
 */
const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

export const leafHash = (record: Uint8Array): Uint8Array => sha256(concat(LEAF, record));

const nodeHash = (left: Uint8Array, right: Uint8Array): Uint8Array => sha256(concat(NODE, left, right));

/** Root of a tree of at least one leaf; of one leaf, the leaf itself. */
export function merkleRoot(leaves: readonly Uint8Array[]): Uint8Array {
  invariant(leaves.length > 0, 'a tree has a leaf');
  // Pairing neighbours level by level gives the tree of RFC 6962: its left subtrees are the largest full ones.
  let level = leaves;
  while (level.length > 1) {
    const above: Uint8Array[] = [];
    for (let i = 0; i + 1 < level.length; i += 2) {
      above.push(nodeHash(level[i] as Uint8Array, level[i + 1] as Uint8Array));
    }
    if (level.length % 2 === 1) above.push(level[level.length - 1] as Uint8Array);
    level = above;
  }
  return level[0] as Uint8Array;
}
