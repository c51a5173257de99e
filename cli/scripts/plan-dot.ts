import { describeInstruction, nameText, type Act } from '../../air-grammar/index.ts';
import { printable, shorten } from '../../base/printable.ts';

const LABEL_MAX = 60;

/** A plan as a graph for Graphviz: a cluster for each peer, an arrow from each step to the next ones. */
export function planDot(plan: readonly Act[]): string {
  const lines = ['digraph plan {', '  rankdir=LR;', '  node [shape=box, fontname="sans-serif"];'];
  const peers = new Map<string, number[]>();
  for (const [i, { peer }] of plan.entries())
    peers.set(nameText(peer), [...(peers.get(nameText(peer)) ?? []), i]);
  for (const [n, [peer, steps]] of [...peers].entries()) {
    lines.push(`  subgraph cluster_${n} {`, `    label=${quoted(peer)};`);
    for (const i of steps)
      lines.push(
        `    s${i} [label=${quoted(`${i + 1}. ${describeInstruction((plan[i] as Act).instruction).trimEnd()}`)}];`,
      );
    lines.push('  }');
  }
  for (const [i, act] of plan.entries())
    for (const from of before(plan, act, i)) lines.push(`  s${from} -> s${i};`);
  return [...lines, '}'].join('\n');
}

/** The nearest earlier steps that are not on another side of a `par`. */
function before(plan: readonly Act[], act: Act, at: number): number[] {
  const sides = new Map(act.branches.map(({ par, side }) => [par, side]));
  const found: number[] = [];
  for (let i = at - 1; i >= 0; i--) {
    const other = plan[i] as Act;
    if (other.branches.some(({ par, side }) => sides.has(par) && sides.get(par) !== side)) continue;
    // Of a `par` that is over, the last step of each side leads on.
    const isCovered = found.some(later => leadsOn(other, plan[later] as Act));
    if (!isCovered) found.push(i);
    if (other.branches.every(({ par, side }) => sides.get(par) === side)) break;
  }
  return found;
}

const leadsOn = (earlier: Act, later: Act): boolean => {
  const sides = new Map(later.branches.map(({ par, side }) => [par, side]));
  return !earlier.branches.some(({ par, side }) => sides.has(par) && sides.get(par) !== side);
};

const quoted = (text: string): string => JSON.stringify(printable(shorten(text, LABEL_MAX)));
