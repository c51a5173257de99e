import { invariant } from '../../base/assert.ts';
import { ByteBuffer } from '../../base/byte-buffer.ts';
import { NO_BYTES } from '../../base/bytes.ts';
import { sha256, sha256Into } from '../platform.ts';

/**
 * The tree hash of RFC 6962: one signature over the root covers any number of records, and a path of hashes proves one of them.
 * Leaves and nodes are hashed with different prefixes, so that a node cannot pass for a record.
 */
const LEAF = 0;
const NODE = 1;
const SIZE = 32;

/** Prefix and content of whatever is hashed here. */
const preimage = new ByteBuffer(1024, 64 * 1024);

function begin(prefix: number): void {
  preimage.clear();
  preimage.reserve(1);
  preimage.byte(prefix);
}

/** Hash of `bytes[from … end)`. */
function partInto(
  prefix: number,
  bytes: Uint8Array,
  from: number,
  end: number,
  target: Uint8Array,
  at: number,
): void {
  begin(prefix);
  preimage.part(bytes, from, end);
  sha256Into(preimage.view(), target, at);
}

/** Hash of the leaf of one record: 32 bytes. */
export function leafHash(record: Uint8Array): Uint8Array {
  const hash = new Uint8Array(SIZE);
  partInto(LEAF, record, 0, record.length, hash, 0);
  return hash;
}

/** Hash of an inner node: 32 bytes. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  begin(NODE);
  preimage.raw(left);
  preimage.raw(right);
  return sha256(preimage.view());
}

/** Hashes of one level of the tree, one after the other. */
class Level {
  #hashes = NO_BYTES;

  /** Makes room for the hash at this index, and gives the bytes of the level. */
  upTo(index: number): Uint8Array {
    const needed = (index + 1) * SIZE;
    if (needed > this.#hashes.length) {
      const larger = new Uint8Array(Math.max(needed, this.#hashes.length * 2));
      larger.set(this.#hashes);
      this.#hashes = larger;
    }
    return this.#hashes;
  }

  at(index: number): Uint8Array {
    return this.#hashes.subarray(index * SIZE, (index + 1) * SIZE);
  }

  /** The beginning of it, as a level of its own. */
  copy(count: number): Level {
    const copied = new Level();
    if (count > 0) copied.upTo(count - 1).set(this.#hashes.subarray(0, count * SIZE));
    return copied;
  }
}

/**
 * A tree that grows at the end. It keeps the hash of every full subtree, so each record is hashed once, and root and paths of the
 * tree of any size up to now take a number of hashes that grows with the logarithm of the size.
 */
export class TreeHash {
  /** `#levels[k]`: the full subtrees of 2^k leaves. */
  readonly #levels: Level[];
  #size: number;

  constructor(levels: Level[] = [], size = 0) {
    this.#levels = levels;
    this.#size = size;
  }

  get size(): number {
    return this.#size;
  }

  /** Room for so many leaves. */
  reserve(size: number): void {
    for (let k = 0, full = size; full > 0; k++, full = half(full)) this.#level(k).upTo(full - 1);
  }

  /** The record is `bytes[from … end)`. */
  append(bytes: Uint8Array, from = 0, end = bytes.length): void {
    partInto(LEAF, bytes, from, end, this.#level(0).upTo(this.#size), this.#size * SIZE);
    this.#grow();
  }

  /** As {@link append}, for a record whose {@link leafHash} is known. */
  appendLeaf(leaf: Uint8Array): void {
    this.#level(0)
      .upTo(this.#size)
      .set(leaf, this.#size * SIZE);
    this.#grow();
  }

  /** Counts the new leaf, and hashes each full subtree that it completes. */
  #grow(): void {
    let index = this.#size;
    this.#size += 1;
    for (let k = 0; index % 2 === 1; k++) {
      const hashes = this.#level(k).upTo(index);
      const [from, end] = [(index - 1) * SIZE, (index + 1) * SIZE];
      index = (index - 1) / 2;
      partInto(NODE, hashes, from, end, this.#level(k + 1).upTo(index), index * SIZE);
    }
  }

  /** Forgets all leaves but the first ones. */
  truncate(size: number): void {
    this.#size = Math.min(this.#size, size);
  }

  /** A tree of its own that begins with the first leaves of this one. */
  copy(size: number): TreeHash {
    const kept = Math.min(size, this.#size);
    return new TreeHash(
      this.#levels.map((level, k) => level.copy(Math.floor(kept / 2 ** k))),
      kept,
    );
  }

  /** Hash of one leaf. */
  leaf(index: number): Uint8Array {
    invariant(index >= 0 && index < this.#size, 'the tree has this leaf');
    return this.#level(0).at(index).slice();
  }

  /** Root of the tree of the first `size` leaves; of one leaf, the leaf itself. */
  root(size: number): Uint8Array {
    return this.subtree(0, size);
  }

  /** Root of the leaves `start … end`. `start` must be where a full subtree of at least this width begins. */
  subtree(start: number, end: number): Uint8Array {
    invariant(start < end && end <= this.#size, 'a tree has a leaf');
    return this.#rootOf(start, end).slice();
  }

  /** The siblings on the way from a leaf to the root of the tree of the first `size` leaves, from the leaf up. */
  path(index: number, size: number): Uint8Array[] {
    invariant(index >= 0 && index < size && size <= this.#size, 'a path begins at a leaf');
    const path: Uint8Array[] = [];
    let at = index;
    for (let k = 0, last = size - 1; last > 0; k++, at = half(at), last = half(last)) {
      const sibling = at % 2 === 0 ? at + 1 : at - 1;
      // The last of an odd number has none: it goes up as it is.
      if (sibling > last) continue;
      const width = 2 ** k;
      const isFull = (sibling + 1) * width <= size;
      path.push((isFull ? this.#level(k).at(sibling) : this.#rootOf(sibling * width, size)).slice());
    }
    return path;
  }

  /** Hash of the leaves from `start`, where a full subtree begins, to `end`. */
  #rootOf(start: number, end: number): Uint8Array {
    let root: Uint8Array | undefined;
    let rest = end - start;
    let until = end;
    for (let k = 0; rest > 0; k++, rest = half(rest)) {
      if (rest % 2 === 0) continue;
      const width = 2 ** k;
      const left = this.#level(k).at(until / width - 1);
      root = root === undefined ? left : nodeHash(left, root);
      until -= width;
    }
    return root as Uint8Array;
  }

  #level(k: number): Level {
    return (this.#levels[k] ??= new Level());
  }
}

/** Root of the tree in which `leaf` is the leaf of this index; `undefined` if a tree of this size has no such path. */
export function rootOfPath(
  leaf: Uint8Array,
  index: number,
  size: number,
  path: readonly Uint8Array[],
): Uint8Array | undefined {
  if (!(index >= 0 && index < size)) return undefined;
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

/** Not a shift: sizes from outside may need more than 32 bits. */
const half = (position: number): number => Math.floor(position / 2);
