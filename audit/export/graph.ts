import { printable, shorten } from '../../base/printable.ts';
import type { LineageLink, LineageNode } from '../query/lineage.ts';
import type { RecordedCall } from '../query/calls.ts';
import { exportedParticles, type ExportSource } from './source.ts';

/** A graph of origins as it is drawn: particles, in each its calls and values, with short texts that may hold anything. */
export interface DrawnParticle {
  readonly title: string;
  readonly nodes: readonly DrawnNode[];
  readonly links: readonly DrawnLink[];
}

export interface DrawnNode {
  /** A letter and digits: safe in every language of graphs. */
  readonly name: string;
  readonly lines: readonly string[];
  readonly look: RecordedCall['outcome'] | LineageNode['kind'];
}

export interface DrawnLink {
  readonly from: string;
  readonly to: string;
  readonly text: string;
}

const TEXT_MAX = 80;

export function* drawnParticles(source: ExportSource): Generator<DrawnParticle> {
  let count = 0;
  for (const { entries, lineage } of exportedParticles(source)) {
    const names = new Map<string, string>();
    const calls = new Map(lineage.calls.map(call => [call.call, call]));
    const nodes = [...lineage.nodes.values()].map((node): DrawnNode => {
      const name = `n${(count += 1)}`;
      names.set(node.id, name);
      const call = node.call === undefined ? undefined : calls.get(node.call);
      return { name, lines: linesOf(node, call, source), look: call?.outcome ?? node.kind };
    });
    const links = lineage.links.flatMap((link): DrawnLink[] => {
      const [from, to] = [names.get(link.from), names.get(link.to)];
      return from === undefined || to === undefined ? [] : [{ from, to, text: textOfLink(link) }];
    });
    yield { title: `particle ${shown(entries.particle.id)}`, nodes, links };
  }
}

function linesOf(
  { kind, tetraplet, value }: LineageNode,
  call: RecordedCall | undefined,
  { nameOf }: ExportSource,
): string[] {
  const peer = shown(nameOf(tetraplet.peerId));
  if (kind === 'literal') return [`literal of ${peer}`, ...(typeof value === 'string' ? [shown(value)] : [])];
  if (kind === 'composed') return [`put together by the script on ${peer}`];
  const what = shown(`${tetraplet.serviceId}.${tetraplet.functionName}`);
  if (call === undefined) return [peer, what, 'not in this recording'];
  const why = call.code === undefined ? '' : ` ${shown(call.code)}`;
  const answer =
    call.outcome === 'served' && typeof call.answer === 'string' ? [`= ${shown(call.answer)}`] : [];
  return [`${peer}, call ${call.call}`, what, ...answer, `${call.outcome}${why}`];
}

const textOfLink = ({ argument, getter }: LineageLink): string =>
  [argument === undefined ? 'part' : `argument ${argument + 1}`, shown(getter)]
    .filter(text => text !== '')
    .join(' ');

const shown = (text: string): string => printable(shorten(text, TEXT_MAX));
