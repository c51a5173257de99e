import type { Span } from './ast.ts';

/** A place in a script as people count: lines and characters from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

const LINE_SHOWN_MAX = 160;

/** Characters are code points: an emoji is one column. */
export function positionOf(text: string, offset: number): Position {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < lineStart; at = text.indexOf('\n', at + 1)) line += 1;
  return { line, column: [...text.slice(lineStart, offset)].length + 1 };
}

/** The line of a span with a marker below it. Long lines are cut around the span. */
export function codeFrame(text: string, span: Span): string {
  const { line, column } = positionOf(text, span.start);
  const lineStart = text.lastIndexOf('\n', span.start - 1) + 1;
  const nextBreak = text.indexOf('\n', span.start);
  const lineEnd = nextBreak === -1 ? text.length : nextBreak;
  const from = Math.max(lineStart, span.start - LINE_SHOWN_MAX / 2);
  const to = Math.min(lineEnd, from + LINE_SHOWN_MAX);
  const shown = text.slice(from, to).replaceAll('\t', ' ');
  const before = [...text.slice(from, span.start)].length;
  const marked = Math.max(1, [...text.slice(span.start, Math.min(span.end, to))].length);
  const gutter = String(line);
  return [
    `${' '.repeat(gutter.length)} ┌─ script.air:${line}:${column}`,
    `${gutter} │ ${shown}`,
    `${' '.repeat(gutter.length)} │ ${' '.repeat(before)}${'^'.repeat(marked)}`,
  ].join('\n');
}
