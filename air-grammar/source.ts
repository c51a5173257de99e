import type { Span } from './ast.ts';

/** A place in a script as people count: lines and characters from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Characters of a line shown in a code frame, and of a token quoted in a message. */
const LINE_SHOWN_MAX = 160;
const QUOTED_MAX = 40;

/** Characters are code points: an emoji is one column. */
export function positionOf(text: string, offset: number): Position {
  const lineStart = lineStartOf(text, offset);
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < lineStart; at = text.indexOf('\n', at + 1)) line += 1;
  return { line, column: charactersIn(text, lineStart, offset) + 1 };
}

/** The line of a span with a marker below it. Long lines are cut around the span; of several lines the first is shown. */
export function codeFrame(text: string, span: Span, { line, column }: Position): string {
  const nextBreak = text.indexOf('\n', span.start);
  const lineEnd = nextBreak === -1 ? text.length : nextBreak;
  const from = wholeCharacter(text, Math.max(lineStartOf(text, span.start), span.start - LINE_SHOWN_MAX / 2));
  const to = wholeCharacter(text, Math.min(lineEnd, from + LINE_SHOWN_MAX));
  const before = charactersIn(text, from, span.start);
  const marked = Math.max(1, charactersIn(text, span.start, Math.min(span.end, to)));
  const gutter = String(line);
  const blank = ' '.repeat(gutter.length);
  return [
    `${blank} ┌─ script.air:${line}:${column}`,
    `${gutter} │ ${printable(text.slice(from, to))}`,
    `${blank} │ ${' '.repeat(before)}${'^'.repeat(marked)}`,
  ].join('\n');
}

/** A piece of the script inside a message: one line, and not longer than a message should be. */
export function quoted(text: string): string {
  if (text.length <= QUOTED_MAX) return `\`${printable(text)}\``;
  return `\`${printable(text.slice(0, wholeCharacter(text, QUOTED_MAX)))}…\``;
}

/** A script may hold what moves a terminal's cursor or turns the reading direction; whoever reads a report must not fall for it. */
const printable = (text: string): string => text.toWellFormed().replaceAll(/[\p{Cc}\p{Bidi_Control}]/gu, ' ');

const lineStartOf = (text: string, offset: number): number =>
  offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1;

const isLowSurrogate = (unit: number): boolean => (unit & 0xfc00) === 0xdc00;

/** The offset itself, or the one before it if it would cut a character in two. */
const wholeCharacter = (text: string, offset: number): number =>
  isLowSurrogate(text.charCodeAt(offset)) ? offset - 1 : offset;

function charactersIn(text: string, from: number, to: number): number {
  let count = 0;
  for (let at = from; at < to; at++) if (!isLowSurrogate(text.charCodeAt(at))) count += 1;
  return count;
}

/** The place of a node, without the node. */
export const spanOf = ({ start, end }: Span): Span => ({ start, end });
