import { invariant } from '../../base/assert.ts';
import { ByteBuffer } from '../../base/byte-buffer.ts';
import { sha256Into } from '../platform.ts';

/**
 * Merkle trees of RFC 6962: one signature over the root covers any number of records, and a path of hashes proves one of them.
 * Leaves and nodes are hashed with different prefixes, so that a node cannot pass for a record.
 */
const LEAF = 0;
const NODE = 1;

/** Prefix and content of whatever is hashed here. */
const preimage = new ByteBuffer(1024, 64 * 1024);

function hashInto(
  prefix: number,
  left: Uint8Array,
  right: Uint8Array | undefined,
  target: Uint8Array,
  at: number,
): void {
  preimage.clear();
  preimage.reserve(1);
  preimage.byte(prefix);
  preimage.raw(left);
  if (right !== undefined) preimage.raw(right);
  sha256Into(preimage.view(), target, at);
}

export function leafHash(record: Uint8Array): Uint8Array {
  const hash = new Uint8Array(32);
  hashInto(LEAF, record, undefined, hash, 0);
  return hash;
}

function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  const hash = new Uint8Array(32);
  hashInto(NODE, left, right, hash, 0);
  return hash;
}

/** Root of a tree of at least one leaf; of one leaf, the leaf itself. */
export function merkleRoot(leaves: readonly Uint8Array[]): Uint8Array {
  const level = new Uint8Array(32 * leaves.length);
  for (const [i, leaf] of leaves.entries()) level.set(leaf, 32 * i);
  return climb(level);
}

/** As {@link merkleRoot}, over the leaves of these records. */
export function rootOfRecords(records: readonly { readonly bytes: Uint8Array }[]): Uint8Array {
  const level = new Uint8Array(32 * records.length);
  for (let i = 0; i < records.length; i++)
    hashInto(LEAF, (records[i] as { bytes: Uint8Array }).bytes, undefined, level, 32 * i);
  return climb(level);
}

/** @param level The hashes of one level, one after the other; each level above overwrites it from the front. */
function climb(level: Uint8Array): Uint8Array {
  let count = level.length / 32;
  invariant(count > 0, 'a tree has a leaf');
  while (count > 1) {
    const pairs = count >> 1;
    for (let i = 0; i < pairs; i++)
      hashInto(NODE, level.subarray(64 * i, 64 * i + 64), undefined, level, 32 * i);
    // The last of an odd number goes up as it is.
    if (count % 2 === 1) level.copyWithin(32 * pairs, 32 * (count - 1), 32 * count);
    count -= pairs;
  }
  return level.slice(0, 32);
}

/** What is missing between a leaf and the root, from the leaf up. With it, nobody needs the other records. */
export function merklePath(leaves: readonly Uint8Array[], index: number): Uint8Array[] {
  invariant(index >= 0 && index < leaves.length, 'a path begins at a leaf');
  const path: Uint8Array[] = [];
  let level = leaves;
  for (let at = index; level.length > 1; at = half(at)) {
    const sibling = level[at % 2 === 0 ? at + 1 : at - 1];
    // The last of an odd number has none: it goes up as it is.
    if (sibling !== undefined) path.push(sibling);
    level = levelAbove(level);
  }
  return path;
}

/**
 * Root of the tree in which `leaf` is the leaf of this index; `undefined` if a tree of this size has no such path. The size decides
 * the form of the path only: it is not in the root.
 */
export function rootOfPath(
  leaf: Uint8Array,
  index: number,
  size: number,
  path: readonly Uint8Array[],
): Uint8Array | undefined {
  if (index >= size) return undefined;
  let root = leaf;
  let used = 0;
  let last = size - 1;
  for (let at = index; last > 0; at = half(at), last = half(last)) {
    if (at === last && at % 2 === 0) continue;
    const sibling = path[used];
    if (sibling === undefined) return undefined;
    root = at % 2 === 0 ? nodeHash(root, sibling) : nodeHash(sibling, root);
    used += 1;
  }
  return used === path.length ? root : undefined;
}

/** Pairing neighbours level by level gives the tree of RFC 6962: its left subtrees are the largest full ones. */
function levelAbove(level: readonly Uint8Array[]): Uint8Array[] {
  const above: Uint8Array[] = [];
  for (let i = 0; i + 1 < level.length; i += 2) {
    above.push(nodeHash(level[i] as Uint8Array, level[i + 1] as Uint8Array));
  }
  if (level.length % 2 === 1) above.push(level[level.length - 1] as Uint8Array);
  return above;
}

/** Not a shift: sizes from outside may need more than 32 bits. */
const half = (position: number): number => Math.floor(position / 2);
