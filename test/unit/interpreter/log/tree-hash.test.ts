import { describe, expect, it } from 'vitest';
import { concat, fromHex, toHex } from '../../../../base/bytes.ts';
import { portableSha256 } from '../../../../interpreter/platform.ts';
import { leafHash, rootOfPath, TreeHash } from '../../../../interpreter/log/tree-hash.ts';
import { LEAVES } from '../../../support/certificate-transparency.ts';

const bytes = (hex: string): Uint8Array => fromHex(hex) as Uint8Array;

/** RFC 6962 §2.1 to the letter. */
function treeHash(records: readonly Uint8Array[]): Uint8Array {
  if (records.length === 1) return portableSha256(concat(Uint8Array.of(0), records[0] as Uint8Array));
  let k = 1;
  while (k * 2 < records.length) k *= 2;
  return portableSha256(concat(Uint8Array.of(1), treeHash(records.slice(0, k)), treeHash(records.slice(k))));
}

const treeOf = (records: readonly Uint8Array[]): TreeHash => {
  const tree = new TreeHash();
  for (const record of records) tree.append(record);
  return tree;
};
const rootOf = (records: readonly Uint8Array[]): string => toHex(treeOf(records).root(records.length));

describe('a root', () => {
  const records = LEAVES.map(bytes);

  it.each([
    [1, '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d'],
    [2, 'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125'],
    [3, 'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77'],
    [4, 'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7'],
    [5, '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4'],
    [6, '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef'],
    [7, 'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c'],
    [8, '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328'],
  ])('of the first %i records of the Certificate Transparency vectors', (count, root) => {
    expect(rootOf(records.slice(0, count))).toBe(root);
  });

  it('equals the recursive definition for every size up to 130', () => {
    const all: Uint8Array[] = [];
    for (let size = 1; size <= 130; size++) {
      all.push(Uint8Array.of(size, 0xff));
      expect(rootOf(all)).toBe(toHex(treeHash(all)));
    }
  });

  it('of one leaf is the leaf', () => {
    expect(rootOf([bytes('01')])).toBe(toHex(leafHash(bytes('01'))));
  });

  it('of a tree that has grown is the root of its beginning, at every size', () => {
    const all = Array.from({ length: 130 }, (_, i) => Uint8Array.of(i));
    const tree = treeOf(all);
    for (let size = 1; size <= all.length; size++)
      expect(toHex(tree.root(size))).toBe(rootOf(all.slice(0, size)));
  });

  it('is the same after a tree was cut and has grown again, and after a copy has gone another way', () => {
    const all = Array.from({ length: 40 }, (_, i) => Uint8Array.of(i));
    for (let kept = 1; kept < all.length; kept++) {
      const tree = treeOf(all);
      const copy = tree.copy(kept);
      tree.truncate(kept);
      copy.append(Uint8Array.of(7, 7));
      for (const record of all.slice(kept)) tree.append(record);
      expect(toHex(tree.root(all.length))).toBe(rootOf(all));
      expect(toHex(copy.root(kept + 1))).toBe(rootOf([...all.slice(0, kept), Uint8Array.of(7, 7)]));
    }
  });

  it('tells a record from an inner node: the two hashes of a node, given as a record, have another hash', () => {
    const pair = concat(leafHash(bytes('01')), leafHash(bytes('02')));
    expect(toHex(leafHash(pair))).not.toBe(rootOf([bytes('01'), bytes('02')]));
  });

  it('tells a repeated last leaf from one that is not repeated', () => {
    expect(rootOf(['01', '02', '03', '03'].map(bytes))).not.toBe(rootOf(['01', '02', '03'].map(bytes)));
  });

  it('of no leaf, or of more than there are, is our mistake', () => {
    expect(() => treeOf([]).root(0)).toThrow('invariant violated');
    expect(() => treeOf(records).root(9)).toThrow('invariant violated');
  });
});

describe('a path', () => {
  const leaves = Array.from({ length: 40 }, (_, i) => Uint8Array.of(i));
  const tree = treeOf(leaves);

  it('leads from every leaf of every tree to its root', () => {
    for (let size = 1; size <= leaves.length; size++) {
      for (let index = 0; index < size; index++) {
        const leaf = leafHash(leaves[index] as Uint8Array);
        expect(rootOfPath(leaf, index, size, tree.path(index, size))).toEqual(tree.root(size));
      }
    }
  });

  it('leads to no root from another index, or to that of another size', () => {
    for (let size = 2; size <= 20; size++) {
      for (let index = 0; index < size; index++) {
        const leaf = leafHash(leaves[index] as Uint8Array);
        const path = tree.path(index, size);
        for (let other = 0; other < size; other++)
          if (other !== index) expect(rootOfPath(leaf, other, size, path)).not.toEqual(tree.root(size));
      }
    }
  });

  it('has one length only, and begins in the tree', () => {
    const path = tree.path(2, 5);
    const leaf = leafHash(leaves[0] as Uint8Array);
    expect(path).toHaveLength(3);
    expect(rootOfPath(leaf, 2, 5, path.slice(1))).toBeUndefined();
    expect(rootOfPath(leaf, 2, 5, [...path, leaf])).toBeUndefined();
    expect(rootOfPath(leaf, 5, 5, path)).toBeUndefined();
    expect(rootOfPath(leaf, 0, 0, [])).toBeUndefined();
  });

  it('needs no more than 53 steps in the largest tree that can be written', () => {
    const leaf = leafHash(leaves[0] as Uint8Array);
    const path = Array.from({ length: 53 }, () => leaf);
    expect(rootOfPath(leaf, 0, Number.MAX_SAFE_INTEGER, path)).toHaveLength(32);
    expect(rootOfPath(leaf, 2 ** 32 + 1, 2 ** 33, path.slice(0, 33))).toHaveLength(32);
  });
});
