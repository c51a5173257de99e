import { describe, expect, it } from 'vitest';
import { lineageOf, memorySource, openRecording, particlesOf, type Lineage } from '../../../audit/index.ts';
import { utf8 } from '../../../base/bytes.ts';
import { originOfField, usesOfField } from '../../../viewer/model/fields.ts';
import { placeOrigins } from '../../../viewer/model/origins.ts';
import { POST, pointsOf, recordWorld, FORGED_POST } from '../../support/recording.ts';

const text = await recordWorld({ scripts: [POST, FORGED_POST] });
const open = openRecording(memorySource(utf8(text)));
const at = pointsOf(text);
const [entries] = [...particlesOf(open)];
const lineage = lineageOf(open.recording, entries as NonNullable<typeof entries>);

const graphOf = (links: readonly [from: string, to: string][]): Lineage => {
  const ids = [...new Set(links.flat())];
  const all = links.map(([from, to], argument) => ({ from, to, getter: '', argument, selectors: [] }));
  const node = (id: string): [string, never] => [id, { id, kind: 'service' } as never];
  return {
    nodes: new Map(ids.map(node)),
    links: all,
    into: new Map(ids.map(id => [id, all.filter(({ to }) => to === id)])),
    calls: [],
    unknown: [],
    isCut: false,
  };
};

describe('a graph of origins', () => {
  it('opens one level at a time', () => {
    const root = `call:${at.post}`;
    const closed = placeOrigins(lineage, root, 'upstream', new Set());
    expect(closed.nodes.map(({ node, isClosed }) => [node.id, isClosed])).toEqual([[root, true]]);
    const opened = placeOrigins(lineage, root, 'upstream', new Set([root]));
    expect(opened.nodes).toHaveLength(3);
    expect(opened.nodes.every(({ node, depth }) => depth === (node.id === root ? 0 : 1))).toBe(true);
  });

  it('goes downstream, too', () => {
    const root = `call:${at.status}`;
    const { nodes } = placeOrigins(lineage, root, 'downstream', new Set([root]));
    expect(nodes.map(({ node }) => node.id)).toEqual([root, `call:${at.post}`]);
  });

  it('puts a node that several need once, behind all of them, and no two on one place', () => {
    const graph = graphOf([
      ['b', 'a'],
      ['c', 'a'],
      ['d', 'b'],
      ['d', 'c'],
      ['c', 'b'],
    ]);
    const { nodes } = placeOrigins(graph, 'a', 'upstream', new Set(['a', 'b', 'c']));
    const depths = Object.fromEntries(nodes.map(({ node, depth }) => [node.id, depth]));
    expect(depths).toEqual({ a: 0, b: 1, c: 2, d: 3 });
    expect(new Set(nodes.map(({ depth, row }) => `${depth} ${row}`)).size).toBe(nodes.length);
  });

  it('keeps the order of what is open when another node is opened', () => {
    const graph = graphOf([
      ['b', 'a'],
      ['c', 'a'],
      ['e', 'b'],
      ['f', 'b'],
    ]);
    const rowsWith = (open: string[]): (number | undefined)[] => {
      const { nodes } = placeOrigins(graph, 'a', 'upstream', new Set(open));
      return ['b', 'c'].map(id => nodes.find(({ node }) => node.id === id)?.row);
    };
    for (const [b = 0, c = 0] of [rowsWith(['a']), rowsWith(['a', 'b'])]) expect(b).toBeLessThan(c);
  });
});

describe('one field', () => {
  it('of an argument comes from the field of an answer that it is', () => {
    expect(originOfField(lineage, at.post, 1, [])).toMatchObject({
      getter: '.$.is_admin',
      node: { call: at.status },
    });
    expect(originOfField(lineage, at.post, 1, ['a', 0])?.getter).toBe('.$.is_admin.a.[0]');
    expect(originOfField(lineage, at.post, 0, [])?.node.kind).toBe('literal');
    expect(originOfField(lineage, at.post, 7, [])).toBeUndefined();
  });

  it('of an answer went where it, something around it, or something in it was used', () => {
    const uses = (path: (string | number)[]): number =>
      usesOfField(lineage, `call:${at.status}`, path).length;
    expect([uses([]), uses(['is_admin']), uses(['is_admin', 'deeper']), uses(['is_misbehaving'])]).toEqual([
      1, 1, 1, 0,
    ]);
  });
});
