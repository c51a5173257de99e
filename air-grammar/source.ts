import { printable, shorten } from '../base/printable.ts';
import type { Span } from './ast.ts';

/** A place in a script as people count: lines and characters from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Characters of a line shown in a code frame, and of a token quoted in a message. */
const LINE_SHOWN_MAX = 160;
const QUOTED_MAX = 40;

export const DEFAULT_FILE = 'script.air';

/** Characters are code points: an emoji is one column. */
export function positionOf(text: string, offset: number): Position {
  const lineStart = lineStartOf(text, offset);
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < lineStart; at = text.indexOf('\n', at + 1)) line += 1;
  return { line, column: charactersIn(text, lineStart, offset) + 1 };
}

/**
 * The line of a span with a marker below it. Long lines are cut around the span; of several lines the first is shown.
 *
 * @param file Name of the text, as the reader knows it.
 */
export function codeFrame(
  text: string,
  span: Span,
  { line, column }: Position,
  file: string = DEFAULT_FILE,
): string {
  const nextBreak = text.indexOf('\n', span.start);
  const lineEnd = nextBreak === -1 ? text.length : nextBreak;
  const from = wholeCharacter(text, Math.max(lineStartOf(text, span.start), span.start - LINE_SHOWN_MAX / 2));
  const to = wholeCharacter(text, Math.min(lineEnd, from + LINE_SHOWN_MAX));
  const end = Math.max(span.start, Math.min(span.end, to));
  const before = shown(text.slice(from, span.start));
  const marked = shown(text.slice(span.start, end));
  const gutter = String(line);
  const blank = ' '.repeat(gutter.length);
  return [
    `${blank} ┌─ ${printable(file)}:${line}:${column}`,
    `${gutter} │ ${before}${marked}${shown(text.slice(end, to))}`,
    `${blank} │ ${' '.repeat(lengthOf(before))}${'^'.repeat(Math.max(1, lengthOf(marked)))}`,
  ].join('\n');
}

/** A piece of the script inside a message: one line, and not longer than a message should be. */
export function quoted(text: string): string {
  return `\`${shown(shorten(text, QUOTED_MAX))}\``;
}

/** Tabs and line ends are ordinary in a script, so they are shown as blanks, not as escapes. */
const shown = (line: string): string => printable(line.replaceAll(/[\t\r\n]/g, ' '));

const lengthOf = (text: string): number => charactersIn(text, 0, text.length);

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
