import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { JSX } from 'preact';
import type { Lineage } from '../../audit/index.ts';
import { printable, shorten } from '../../base/printable.ts';
import { placeOrigins, type Direction, type PlacedNode } from '../model/origins.ts';
import type { ParticleRow, Workspace } from '../model/workspace.ts';

interface OriginGraphProps {
  readonly workspace: Workspace;
  readonly particle: ParticleRow;
  /** Node in question. */
  readonly root: string;
  readonly direction: Direction;
  readonly onCall: (id: string) => void;
}

const [WIDTH, HEIGHT, GAP_X, GAP_Y] = [220, 58, 130, 14];

/** Where a value came from, or what it reached: a level at a time. Arrows of the keyboard follow the arrows of the graph. */
export function OriginGraph({ workspace, particle, root, direction, onCall }: OriginGraphProps): JSX.Element {
  const lineage = workspace.lineageOf(particle);
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set([root]));
  const [focus, setFocus] = useState(root);
  useEffect(() => {
    setOpen(new Set([root]));
    setFocus(root);
  }, [root, direction, particle.id]);
  const graph = useMemo(() => placeOrigins(lineage, root, direction, open), [lineage, root, direction, open]);
  const svg = useRef<SVGSVGElement>(null);
  const move = (id: string | undefined): void => {
    if (id === undefined) return;
    setFocus(id);
    svg.current?.querySelector<SVGGElement>(`[data-node="${CSS.escape(id)}"]`)?.focus();
  };
  const toggle = ({ node, isClosed }: PlacedNode): void => {
    const next = new Set(open);
    if (isClosed) next.add(node.id);
    else next.delete(node.id);
    setOpen(next);
  };
  const byId = new Map(graph.nodes.map(placed => [placed.node.id, placed]));
  const x = ({ depth }: PlacedNode): number =>
    (direction === 'upstream' ? graph.depth - depth : depth) * (WIDTH + GAP_X);
  const y = ({ row }: PlacedNode): number => row * (HEIGHT + GAP_Y);
  const onKeyDown = (event: KeyboardEvent, placed: PlacedNode): void => {
    const { id } = placed.node;
    const column = graph.nodes
      .filter(({ depth }) => depth === placed.depth)
      .toSorted((a, b) => a.row - b.row)
      .map(({ node }) => node.id);
    const beside = column[column.indexOf(id) + (event.key === 'ArrowDown' ? 1 : -1)];
    if (event.key === 'ArrowLeft') move(graph.links.find(({ to }) => to === id)?.from);
    else if (event.key === 'ArrowRight') move(graph.links.find(({ from }) => from === id)?.to);
    else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') move(beside);
    else if (event.key === 'Enter') pick(placed);
    else if (event.key === ' ' || event.key === '+' || event.key === '-') toggle(placed);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const pick = ({ node }: PlacedNode): void => {
    setFocus(node.id);
    if (node.call !== undefined) onCall(`${particle.recording}.${node.call}`);
    else if (node.record !== undefined) {
      const elsewhere = workspace.callOfRecord(particle.signature, node.tetraplet.peerId, node.record);
      if (elsewhere !== undefined) onCall(elsewhere.id);
    }
  };
  const openAll = (): void => {
    const next = new Set(open);
    for (const { node, isClosed } of graph.nodes) if (isClosed) next.add(node.id);
    setOpen(next);
  };
  const [width, height] = [(graph.depth + 1) * (WIDTH + GAP_X) - GAP_X, graph.rows * (HEIGHT + GAP_Y)];
  return (
    <div class="graph">
      <div class="bar">
        <button onClick={openAll} disabled={!graph.nodes.some(({ isClosed }) => isClosed)}>
          Open one more level
        </button>
        <span class="hint">
          {graph.nodes.length} of {lineage.nodes.size} nodes{lineage.isCut ? ' (cut: too many)' : ''}; arrows
          follow the edges, space opens, Enter goes to the call
        </span>
      </div>
      <div class="canvas">
        <svg
          ref={svg}
          width={width + 20}
          height={height + 20}
          viewBox={`-10 -10 ${width + 20} ${height + 20}`}
          role="tree"
          aria-label={direction === 'upstream' ? 'origins' : 'what it reached'}
        >
          {graph.links.map((link, i) => {
            const [from, to] = [byId.get(link.from), byId.get(link.to)];
            if (from === undefined || to === undefined) return null;
            const [x1, y1, x2, y2] = [x(from) + WIDTH, y(from) + HEIGHT / 2, x(to), y(to) + HEIGHT / 2];
            const middle = (x1 + x2) / 2;
            const what = link.argument === undefined ? 'part' : `arg ${link.argument + 1}`;
            return (
              <g key={i} class={link.selectors.length > 0 ? 'edge selected' : 'edge'}>
                <path d={`M${x1},${y1} C${middle},${y1} ${middle},${y2} ${x2 - 5},${y2}`} />
                <path class="head" d={`M${x2 - 7},${y2 - 4} L${x2},${y2} L${x2 - 7},${y2 + 4} z`} />
                <text x={middle} y={(y1 + y2) / 2 - 4}>
                  {printable(shorten(`${what} ${link.getter}`, 19))}
                </text>
                <title>{printable(`${what} ${link.getter}${selectorText(workspace, link.selectors)}`)}</title>
              </g>
            );
          })}
          {graph.nodes.map(placed => (
            <g
              key={placed.node.id}
              data-node={placed.node.id}
              role="treeitem"
              tabindex={placed.node.id === focus ? 0 : -1}
              aria-label={textOf(workspace, lineage, particle, placed).join(', ')}
              aria-expanded={placed.isOpen ? true : placed.isClosed ? false : undefined}
              class={`node ${placed.node.kind} ${outcomeOf(particle, placed)}${placed.node.id === root ? ' root' : ''}`}
              transform={`translate(${x(placed)},${y(placed)})`}
              onKeyDown={(event: KeyboardEvent) => onKeyDown(event, placed)}
              onClick={() => pick(placed)}
            >
              <rect width={WIDTH} height={HEIGHT} rx="6" />
              {textOf(workspace, lineage, particle, placed).map((line, i) => (
                <text key={i} x="8" y={16 + i * 15}>
                  {shorten(line, 30)}
                </text>
              ))}
              {(placed.isClosed || placed.isOpen) && (
                <g
                  class="toggle"
                  transform={`translate(${direction === 'upstream' ? 0 : WIDTH},${HEIGHT / 2})`}
                  onClick={(event: MouseEvent) => {
                    event.stopPropagation();
                    toggle(placed);
                  }}
                >
                  <circle r="9" />
                  <text text-anchor="middle" y="4">
                    {placed.isClosed ? '+' : '−'}
                  </text>
                </g>
              )}
            </g>
          ))}
        </svg>
      </div>
    </div>
  );
}

function textOf(
  workspace: Workspace,
  lineage: Lineage,
  particle: ParticleRow,
  { node }: PlacedNode,
): string[] {
  const peer = printable(workspace.nameOf(node.tetraplet.peerId));
  if (node.kind === 'literal')
    return [`literal of ${peer}`, node.value === undefined ? '' : printable(node.value ?? '(withheld)')];
  if (node.kind === 'composed') return ['put together', `by the script on ${peer}`];
  const name = printable(`${node.tetraplet.serviceId}.${node.tetraplet.functionName}`);
  const call = particle.calls.find(row => row.call.call === node.call)?.call;
  if (call === undefined) {
    const elsewhere =
      node.record !== undefined &&
      workspace.callOfRecord(particle.signature, node.tetraplet.peerId, node.record) !== undefined;
    return [peer, name, elsewhere ? 'in another recording' : 'signed; no recording of it'];
  }
  const unknown = lineage.unknown.includes(call.call) ? ' (origins unknown)' : '';
  return [
    `${peer}, call ${call.call}${unknown}`,
    name,
    `${call.outcome}: ${printable(call.answer ?? '(withheld)')}`,
  ];
}

const outcomeOf = ({ calls }: ParticleRow, { node }: PlacedNode): string =>
  calls.find(({ call }) => call.call === node.call)?.call.outcome ?? '';

const selectorText = (workspace: Workspace, selectors: readonly string[]): string =>
  selectors.length === 0 ? '' : `, selected by ${selectors.map(id => workspace.nameOf(id)).join(', ')}`;
