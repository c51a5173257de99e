import { drawnParticles, type DrawnNode } from './graph.ts';
import type { ExportSource } from './source.ts';

/** A flow chart for Mermaid, which Markdown pages show: one subgraph for each particle. */
export function* exportMermaid(source: ExportSource): Generator<string> {
  yield 'flowchart LR';
  let count = 0;
  for (const { title, nodes, links } of drawnParticles(source)) {
    yield `  subgraph p${(count += 1)}[${quoted([title])}]`;
    for (const { name, lines, look } of nodes) yield `    ${name}[${quoted(lines)}]:::${look}`;
    for (const { from, to, text } of links) yield `    ${from} -->|${quoted([text])}| ${to}`;
    yield '  end';
  }
  for (const [look, style] of Object.entries(STYLE)) yield `  classDef ${look} ${style}`;
}

const STYLE: Readonly<Record<DrawnNode['look'], string>> = {
  served: 'stroke:#2e7d32',
  failed: 'stroke:#b26a00',
  denied: 'stroke:#c62828,stroke-width:3px',
  refused: 'stroke:#c62828,stroke-dasharray:4',
  pending: 'stroke-dasharray:4',
  service: 'stroke-dasharray:4',
  error: 'stroke:#b26a00,stroke-dasharray:4',
  literal: 'stroke:#888888',
  composed: 'stroke:#555555',
};

/** Mermaid knows `#code;` for any character: all that is not plainly a part of a word is written so, hence no text means anything. */
const quoted = (lines: readonly string[]): string =>
  `"${lines.map(line => line.replaceAll(/[^\p{L}\p{N} .,_=()\-…]/gu, escaped)).join('<br/>')}"`;

const escaped = (character: string): string => `#${character.codePointAt(0)};`;
