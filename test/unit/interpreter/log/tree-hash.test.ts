import { describe, expect, it } from 'vitest';
import { concat, fromHex, toHex } from '../../../../base/bytes.ts';
import { portableSha256 } from '../../../../interpreter/platform.ts';
import { leafHash, merkleRoot } from '../../../../interpreter/log/tree-hash.ts';

const bytes = (hex: string): Uint8Array => fromHex(hex) as Uint8Array;

/** RFC 6962 §2.1 to the letter. */
function treeHash(records: readonly Uint8Array[]): Uint8Array {
  if (records.length === 1) return portableSha256(concat(Uint8Array.of(0), records[0] as Uint8Array));
  let k = 1;
  while (k * 2 < records.length) k *= 2;
  return portableSha256(concat(Uint8Array.of(1), treeHash(records.slice(0, k)), treeHash(records.slice(k))));
}

const rootOf = (records: readonly Uint8Array[]): string => toHex(merkleRoot(records.map(leafHash)));

describe('merkleRoot', () => {
  const records = [
    '',
    '00',
    '10',
    '2021',
    '3031',
    '40414243',
    '5051525354555657',
    '606162636465666768696a6b6c6d6e6f',
  ].map(bytes);

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
    const leaf = leafHash(bytes('01'));
    expect(merkleRoot([leaf])).toEqual(leaf);
  });

  it('does not change the leaves', () => {
    const leaves = records.map(leafHash);
    const before = leaves.map(toHex);
    merkleRoot(leaves);
    expect(leaves.map(toHex)).toEqual(before);
  });

  it('tells a record from an inner node: the two hashes of a node, given as a record, have another hash', () => {
    const [left, right] = [leafHash(bytes('01')), leafHash(bytes('02'))] as const;
    expect(leafHash(concat(left, right))).not.toEqual(merkleRoot([left, right]));
  });

  it('tells a repeated last leaf from one that is not repeated', () => {
    const [a, b, c] = ['01', '02', '03'].map(hex => leafHash(bytes(hex))) as [
      Uint8Array,
      Uint8Array,
      Uint8Array,
    ];
    expect(merkleRoot([a, b, c, c])).not.toEqual(merkleRoot([a, b, c]));
  });

  it('of no leaf is our mistake', () => expect(() => merkleRoot([])).toThrow('invariant violated'));
});
