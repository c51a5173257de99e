import type { Scope } from './scope.ts';

/** A script as a tree of texts, so that it can be shrunk. `head` is all up to the nested instructions. */
export interface Node {
  readonly head: string;
  readonly children: readonly Node[];
}

export const textOf = ({ head, children }: Node): string => `(${[head, ...children.map(textOf)].join(' ')})`;

export const leaf = (head: string): Node => ({ head, children: [] });

/** One after the other. */
export function inSeq(nodes: readonly Node[]): Node {
  return nodes.reduceRight((rest, node) => ({ head: 'seq', children: [node, rest] }));
}

export interface Made {
  readonly node: Node;
  /** What is defined after it. */
  readonly scope: Scope;
}
