import type { Node } from './program.ts';

/** Smaller programs made of one: a nested instruction instead of the whole, or nothing instead of a nested one. */
function* smaller(node: Node): Generator<Node> {
  yield* node.children;
  for (const [i, child] of node.children.entries()) {
    const others = (replacement: Node): Node => ({
      ...node,
      children: node.children.map((other, j) => (i === j ? replacement : other)),
    });
    if (child.head !== 'null') yield others({ head: 'null', children: [] });
    for (const reduced of smaller(child)) yield others(reduced);
  }
}

/** The smallest program found that still fails. */
export async function shrink(
  node: Node,
  fails: (candidate: Node) => Promise<boolean>,
  triesMax = 400,
): Promise<Node> {
  let tries = 0;
  let smallest = node;
  for (let found = true; found && tries < triesMax;) {
    found = false;
    for (const candidate of smaller(smallest)) {
      tries += 1;
      if (tries >= triesMax) break;
      if (!(await fails(candidate))) continue;
      smallest = candidate;
      found = true;
      break;
    }
  }
  return smallest;
}
