import { equalBytes } from '../../base/bytes.ts';
import { sha256, sha256Into } from '../../interpreter/index.ts';

/**
 * The Merkle tree of RFC 6962 (§2.1) over 32-byte leaf data, as transparency logs have it: leaves and nodes are hashed with
 * different prefixes, and a left subtree is the largest full one.
 */
export type Hash = Uint8Array;

/** Root of a tree without leaves: SHA-256 of nothing. */
export const EMPTY_ROOT: Hash = sha256(new Uint8Array(0));

/** Leaf of an entry, whose SHA-256 is the leaf's data. */
export function leafOfEntry(entry: Uint8Array | string): Hash {
  sha256Into(entry, leafInput, 1);
  return sha256(leafInput);
}

const leafInput = new Uint8Array(33);
const nodeInput = new Uint8Array(65).fill(1, 0, 1);

/** @param data 32 bytes. */
export function leafOf(data: Uint8Array): Hash {
  leafInput.set(data, 1);
  return sha256(leafInput);
}

function nodeOf(left: Hash, right: Hash): Hash {
  nodeInput.set(left, 1);
  nodeInput.set(right, 33);
  return sha256(nodeInput);
}

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
      root = nodeOf(this.#roots.pop() as Hash, root);
    this.#roots.push(root);
    this.#size += 1;
  }

  root(): Hash {
    const last = this.#roots.at(-1);
    if (last === undefined) return EMPTY_ROOT;
    let root = last;
    for (let i = this.#roots.length - 2; i >= 0; i--) root = nodeOf(this.#roots[i] as Hash, root);
    return root;
  }
}

/** Leaf hashes of a tree, one after the other: 32 bytes each, so that a million take 32 MB. */
export class Leaves {
  #bytes = new Uint8Array(32 * 64);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  append(leaf: Hash): void {
    if (32 * (this.#size + 1) > this.#bytes.length) {
      const larger = new Uint8Array(this.#bytes.length * 2);
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#bytes.set(leaf, 32 * this.#size);
    this.#size += 1;
  }

  at(index: number): Hash {
    return this.#bytes.subarray(32 * index, 32 * index + 32);
  }

  /** Root of the leaves `begin … end`; of none, the root of the empty tree. */
  root(begin = 0, end = this.#size): Hash {
    const frontier = new Frontier();
    for (let i = begin; i < end; i++) frontier.append(this.at(i));
    return frontier.root();
  }

  /** Roots of the first leaves, for sizes that do not shrink: each leaf is hashed once. `undefined` for a size below the last one. */
  growing(): (size: number) => Hash | undefined {
    const frontier = new Frontier();
    return size => {
      if (size < frontier.size || size > this.#size) return undefined;
      while (frontier.size < size) frontier.append(this.at(frontier.size));
      return frontier.root();
    };
  }

  /** What is missing between a leaf and the root of the first `size` leaves, from the leaf up. */
  inclusionProof(index: number, size: number): Hash[] {
    return this.#path(index, 0, size);
  }

  /** What shows that the first `older` leaves begin the first `newer` ones (RFC 6962 §2.1.2); `0 < older ≤ newer`. */
  consistencyProof(older: number, newer: number): Hash[] {
    return this.#subproof(older, 0, newer, true);
  }

  #path(index: number, begin: number, end: number): Hash[] {
    if (end - begin === 1) return [];
    const split = begin + largestPowerBelow(end - begin);
    return index < split
      ? [...this.#path(index, begin, split), this.root(split, end)]
      : [...this.#path(index, split, end), this.root(begin, split)];
  }

  #subproof(older: number, begin: number, end: number, isWhole: boolean): Hash[] {
    if (older === end - begin) return isWhole ? [] : [this.root(begin, end)];
    const left = largestPowerBelow(end - begin);
    const split = begin + left;
    return older <= left
      ? [...this.#subproof(older, begin, split, isWhole), this.root(split, end)]
      : [...this.#subproof(older - left, split, end, false), this.root(begin, split)];
  }
}

/** Root of the tree of `size` leaves in which `leaf` stands at `index`; `undefined` if a tree of that size has no such path. */
export function rootOfInclusion(
  leaf: Hash,
  index: number,
  size: number,
  proof: readonly Hash[],
): Hash | undefined {
  if (!(index >= 0 && index < size)) return undefined;
  let root = leaf;
  let used = 0;
  let at = index;
  for (let last = size - 1; last > 0; last = half(last), at = half(at)) {
    if (at === last && at % 2 === 0) continue;
    const sibling = proof[used++];
    if (sibling === undefined) return undefined;
    root = at % 2 === 1 ? nodeOf(sibling, root) : nodeOf(root, sibling);
  }
  return used === proof.length ? root : undefined;
}

/** Whether the tree of `older` leaves begins the tree of `newer` leaves (RFC 9162 §2.1.4.2). */
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
      oldRoot = nodeOf(hash, oldRoot);
      newRoot = nodeOf(hash, newRoot);
      while (at % 2 === 0 && at !== 0) [at, last] = [half(at), half(last)];
    } else newRoot = nodeOf(newRoot, hash);
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
