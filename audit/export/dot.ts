import { drawnParticles, type DrawnNode } from './graph.ts';
import type { ExportSource } from './source.ts';

/** A graph for Graphviz: one cluster for each particle, arrows from where a value came from to where it went. */
export function* exportDot(source: ExportSource): Generator<string> {
  yield 'digraph origins {';
  yield '  rankdir=LR; node [shape=box, fontname="sans-serif"]; edge [fontname="sans-serif"];';
  let count = 0;
  for (const { title, nodes, links } of drawnParticles(source)) {
    yield `  subgraph cluster_${(count += 1)} {`;
    yield `    label=${quoted([title])};`;
    for (const { name, lines, look } of nodes) yield `    ${name} [label=${quoted(lines)}, ${STYLE[look]}];`;
    for (const { from, to, text } of links) yield `    ${from} -> ${to} [label=${quoted([text])}];`;
    yield '  }';
  }
  yield '}';
}

const STYLE: Readonly<Record<DrawnNode['look'], string>> = {
  served: 'color="#2e7d32"',
  failed: 'color="#b26a00"',
  denied: 'color="#c62828", penwidth=2',
  refused: 'color="#c62828", style=dashed',
  pending: 'style=dashed',
  service: 'style=dashed',
  error: 'color="#b26a00", style=dashed',
  literal: 'shape=plaintext',
  composed: 'shape=ellipse',
};

/** Backslashes begin escapes in labels, and `&` begins an entity; no other character means anything inside quotes. */
const quoted = (lines: readonly string[]): string =>
  `"${lines.map(line => line.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('&', '&amp;')).join('\\n')}"`;
