import { complete } from '../../air-grammar/index.ts';
import { printable } from '../../base/printable.ts';

/** SGR codes of terminals. */
const STYLE = {
  keyword: '36',
  string: '32',
  number: '33',
  comment: '2',
  constant: '35',
  command: '1',
  match: '1;4',
  stray: '31',
};
type Style = keyof typeof STYLE;

const TOKEN = /;[^\n]*|"[^"]*"?|[()[\]]|[^\s()[\]";]+|\s+/gu;
const KEYWORDS: ReadonlySet<string> = new Set(complete('(', 1).items.map(({ text }) => text));
const PARTNER: Readonly<Record<string, string>> = { ')': '(', ']': '[' };

interface Piece {
  readonly text: string;
  readonly style: Style | undefined;
}

/**
 * A text with its syntax in colours, as lines. Text of others may be in it: each piece is printable.
 *
 * @param at The cursor: the bracket beside it and its partner are marked.
 */
export function highlighted(text: string, at: number, hasColours: boolean): string[] {
  const lines: string[] = [''];
  const add = ({ text: part, style }: Piece): void => {
    for (const [i, line] of part.split('\n').entries()) {
      if (i > 0) lines.push('');
      const safe = printable(line);
      lines[lines.length - 1] +=
        style === undefined || safe === '' || !hasColours ? safe : coloured(safe, style);
    }
  };
  for (const piece of piecesOf(text, at)) add(piece);
  return lines;
}

const coloured = (text: string, style: Style): string => `\u001b[${STYLE[style]}m${text}\u001b[0m`;

function piecesOf(text: string, at: number): Piece[] {
  if (text.startsWith(':') && !/^:\w+\s+\(/u.test(text)) {
    const end = /\s|$/u.exec(text)?.index ?? text.length;
    return [
      { text: text.slice(0, end), style: 'command' },
      { text: text.slice(end), style: undefined },
    ];
  }
  const { partnerOf, stray } = bracketsOf(text);
  const near = [at, at - 1].find(place => partnerOf.has(place));
  const marked = new Set(near === undefined ? [] : [near, partnerOf.get(near)]);
  let before = '';
  return [...text.matchAll(TOKEN)].map(({ 0: token, index }) => {
    const style = stray.has(index) ? 'stray' : marked.has(index) ? 'match' : styleOf(token, before);
    if (token.trim() !== '') before = token;
    return { text: token, style };
  });
}

function styleOf(token: string, before: string): Style | undefined {
  if (token.startsWith(';')) return 'comment';
  if (token.startsWith('"')) return 'string';
  if (token.startsWith('%') && token.endsWith('%')) return 'constant';
  if (before === '(' && KEYWORDS.has(token)) return 'keyword';
  if (/^-?\d/u.test(token) || token === 'true' || token === 'false') return 'number';
  return undefined;
}

/** Which bracket belongs to which, and closing ones that close nothing. */
function bracketsOf(text: string): { partnerOf: Map<number, number>; stray: Set<number> } {
  const partnerOf = new Map<number, number>();
  const stray = new Set<number>();
  const open: number[] = [];
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    if (token === '(' || token === '[') open.push(index);
    const partner = PARTNER[token];
    if (partner === undefined) continue;
    const last = open.at(-1);
    if (last === undefined || text[last] !== partner) stray.add(index);
    else {
      open.pop();
      partnerOf.set(index, last).set(last, index);
    }
  }
  return { partnerOf, stray };
}
