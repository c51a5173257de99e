import type { Lineage, LineageLink, LineageNode } from '../../audit/index.ts';

/** Where a value came from, or what it reached. */
export type Direction = 'upstream' | 'downstream';

/** A node of the graph as it is drawn: column and row are counted from 0, the middle of a node with several is between them. */
export interface PlacedNode {
  readonly node: LineageNode;
  /** Steps from the node in question. */
  readonly depth: number;
  readonly row: number;
  /** There is more behind it that is not shown. */
  readonly isClosed: boolean;
  readonly isOpen: boolean;
}

export interface PlacedGraph {
  readonly nodes: readonly PlacedNode[];
  readonly links: readonly LineageLink[];
  readonly rows: number;
  readonly depth: number;
}

/**
 * The part of a graph that is open, laid out as a tree with its root at one side: what is open already keeps its order when a node is
 * opened, so that the reader does not lose it. A node that several others need stands once, as far from the root as any of them asks.
 *
 * @param open Ids of nodes whose neighbours are shown.
 */
export function placeOrigins(
  lineage: Lineage,
  root: string,
  direction: Direction,
  open: ReadonlySet<string>,
): PlacedGraph {
  const next = direction === 'upstream' ? lineage.into : outOf(lineage);
  const end = direction === 'upstream' ? 'from' : 'to';
  const depths = new Map<string, number>([[root, 0]]);
  const order: string[] = [];
  const links: LineageLink[] = [];
  const seen = new Set<string>([root]);
  const visit = [root];
  for (let id = visit.pop(); id !== undefined; id = visit.pop()) {
    order.push(id);
    if (!open.has(id)) continue;
    const found = next.get(id) ?? [];
    for (const link of found) {
      links.push(link);
      depths.set(link[end], Math.max(depths.get(link[end]) ?? 0, (depths.get(id) as number) + 1));
    }
    for (const link of found.toReversed())
      if (!seen.has(link[end])) {
        seen.add(link[end]);
        visit.push(link[end]);
      }
  }
  deepen(links, end, depths);
  const rows = rowsOf(order, links, end);
  const nodes = order.flatMap((id): PlacedNode[] => {
    const node = lineage.nodes.get(id);
    if (node === undefined) return [];
    const hasMore = (next.get(id)?.length ?? 0) > 0;
    const [depth, row] = [depths.get(id) ?? 0, rows.of.get(id) ?? 0];
    return [{ node, depth, row, isClosed: hasMore && !open.has(id), isOpen: hasMore && open.has(id) }];
  });
  return { nodes, links, rows: rows.count, depth: Math.max(...nodes.map(({ depth }) => depth), 0) };
}

/** Links from each node, for the way downstream. */
const outOf = ({ links }: Lineage): Map<string, LineageLink[]> => {
  const out = new Map<string, LineageLink[]>();
  for (const link of links) if (out.get(link.from)?.push(link) === undefined) out.set(link.from, [link]);
  return out;
};

/** A node stands behind all that need it. Origins have no cycles, and a longest way has no more steps than there are nodes. */
function deepen(links: readonly LineageLink[], end: 'from' | 'to', depths: Map<string, number>): void {
  const begin = end === 'from' ? 'to' : 'from';
  let isChanged = true;
  for (let i = 0; isChanged && i < depths.size; i++) {
    isChanged = false;
    for (const link of links) {
      const wanted = (depths.get(link[begin]) ?? 0) + 1;
      if ((depths.get(link[end]) ?? 0) >= wanted) continue;
      depths.set(link[end], wanted);
      isChanged = true;
    }
  }
}

/** Leaves take a row each, in order; every other node stands in the middle of what hangs on it first. */
function rowsOf(
  order: readonly string[],
  links: readonly LineageLink[],
  end: 'from' | 'to',
): { readonly of: ReadonlyMap<string, number>; readonly count: number } {
  const begin = end === 'from' ? 'to' : 'from';
  const children = new Map<string, string[]>();
  const hasParent = new Set<string>();
  for (const link of links) {
    if (hasParent.has(link[end])) continue;
    hasParent.add(link[end]);
    if (children.get(link[begin])?.push(link[end]) === undefined) children.set(link[begin], [link[end]]);
  }
  const rows = new Map<string, number>();
  let count = 0;
  for (const id of order) if (!children.has(id)) rows.set(id, count++);
  for (const id of order.toReversed()) {
    const own = (children.get(id) ?? []).flatMap(child => rows.get(child) ?? []);
    if (own.length > 0) rows.set(id, (Math.min(...own) + Math.max(...own)) / 2);
    else if (!rows.has(id)) rows.set(id, count++);
  }
  return { of: rows, count: Math.max(count, 1) };
}
