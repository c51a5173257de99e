import { equalBytes } from '../../base/bytes.ts';
import { leafHash, nodeHash, sha256, TreeHash } from '../../interpreter/index.ts';

/**
 * The Merkle tree of RFC 6962 (§2.1) over 32-byte leaf data, as transparency logs use it. Hashes, roots and inclusion paths are those
 * of the tree that records are signed in; here are the empty tree, a tree that only grows, and consistency proofs.
 */
export type Hash = Uint8Array;

/** Root of a tree without leaves: SHA-256 of no bytes. */
export const EMPTY_ROOT: Hash = sha256(new Uint8Array(0));

/** Leaf of an entry. The leaf's data is the SHA-256 of the entry. */
export const leafOfEntry = (entry: Uint8Array | string): Hash => leafHash(sha256(entry));

/** The right edge of a tree that grows: appending takes log n memory, whatever the size. */
export class Frontier {
  /** Roots of full subtrees, the largest first. */
  readonly #roots: Hash[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  append(leaf: Hash): void {
    let root = leaf;
    for (let rest = this.#size; rest % 2 === 1; rest = (rest - 1) / 2)
      root = nodeHash(this.#roots.pop() as Hash, root);
    this.#roots.push(root);
    this.#size += 1;
  }

  root(): Hash {
    const last = this.#roots.at(-1);
    if (last === undefined) return EMPTY_ROOT;
    let root = last;
    for (let i = this.#roots.length - 2; i >= 0; i--) root = nodeHash(this.#roots[i] as Hash, root);
    return root;
  }
}

/** All leaves of a tree, with the roots of its full subtrees: 64 bytes per leaf, so that a million take 64 MB. */
export class Leaves {
  readonly #tree = new TreeHash();

  get size(): number {
    return this.#tree.size;
  }

  append(leaf: Hash): void {
    this.#tree.appendLeaf(leaf);
  }

  at(index: number): Hash {
    return this.#tree.leaf(index);
  }

  /** Root of the first `size` leaves; the root of the empty tree for 0. */
  root(size = this.size): Hash {
    return size === 0 ? EMPTY_ROOT : this.#tree.root(size);
  }

  /** The siblings on the way from a leaf to the root of the first `size` leaves, from the leaf up. */
  inclusionProof(index: number, size: number): Hash[] {
    return this.#tree.path(index, size);
  }

  /** Proves that the first `older` leaves are the beginning of the first `newer` ones (RFC 6962 §2.1.2); `0 < older ≤ newer`. */
  consistencyProof(older: number, newer: number): Hash[] {
    return this.#subproof(older, 0, newer, true);
  }

  #subproof(older: number, begin: number, end: number, isWhole: boolean): Hash[] {
    if (older === end - begin) return isWhole ? [] : [this.#tree.subtree(begin, end)];
    const left = largestPowerBelow(end - begin);
    const split = begin + left;
    return older <= left
      ? [...this.#subproof(older, begin, split, isWhole), this.#tree.subtree(split, end)]
      : [...this.#subproof(older - left, split, end, false), this.#tree.subtree(begin, split)];
  }
}

/** Whether the tree of `older` leaves is the beginning of the tree of `newer` leaves (RFC 9162 §2.1.4.2). */
export function isConsistent(
  older: number,
  newer: number,
  olderRoot: Hash,
  newerRoot: Hash,
  proof: readonly Hash[],
): boolean {
  if (older > newer) return false;
  if (older === newer) return proof.length === 0 && equalBytes(olderRoot, newerRoot);
  if (older === 0) return proof.length === 0 && equalBytes(olderRoot, EMPTY_ROOT);
  const path = isPowerOfTwo(older) ? [olderRoot, ...proof] : [...proof];
  let [at, last] = [older - 1, newer - 1];
  while (at % 2 === 1) [at, last] = [half(at), half(last)];
  const first = path.shift();
  if (first === undefined) return false;
  let [oldRoot, newRoot] = [first, first];
  for (const hash of path) {
    if (last === 0) return false;
    if (at % 2 === 1 || at === last) {
      oldRoot = nodeHash(hash, oldRoot);
      newRoot = nodeHash(hash, newRoot);
      while (at % 2 === 0 && at !== 0) [at, last] = [half(at), half(last)];
    } else newRoot = nodeHash(newRoot, hash);
    [at, last] = [half(at), half(last)];
  }
  return last === 0 && equalBytes(oldRoot, olderRoot) && equalBytes(newRoot, newerRoot);
}

/** Not shifts: sizes from outside may need more than 32 bits. */
const half = (position: number): number => Math.floor(position / 2);

function isPowerOfTwo(count: number): boolean {
  let power = 1;
  while (power < count) power *= 2;
  return power === count;
}

/** The largest power of two below `count`, which is above 1. */
function largestPowerBelow(count: number): number {
  let power = 1;
  while (power * 2 < count) power *= 2;
  return power;
}
