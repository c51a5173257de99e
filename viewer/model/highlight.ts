import grammar from '../../editors/vscode/syntaxes/air.tmLanguage.json' with { type: 'json' };

/** A piece of a script, and its scope in the grammar, such as `keyword.control.air`; nothing for blanks. */
export interface Piece {
  readonly text: string;
  readonly scope: string;
}

/** The forms of rules that the grammar uses. */
interface Rule {
  readonly include?: string;
  readonly patterns?: readonly Rule[];
  readonly match?: string;
  readonly begin?: string;
  readonly end?: string;
  readonly name?: string;
  readonly captures?: Readonly<Record<string, { readonly name: string }>>;
}

/** A rule, ready to be tried. */
interface Pattern {
  readonly start: RegExp;
  /** Of a rule with a beginning and an end. */
  readonly end: RegExp | undefined;
  readonly scope: string;
  /** By number of the group. */
  readonly captures: ReadonlyMap<number, string>;
}

const REPOSITORY: Readonly<Record<string, Rule>> = grammar.repository;
const PATTERNS: readonly Pattern[] = grammar.patterns.flatMap(patternsOf);

function patternsOf({ include, patterns, match, begin, end, name = '', captures = {} }: Rule): Pattern[] {
  if (include !== undefined) return patternsOf(REPOSITORY[include.slice(1)] ?? {});
  if (patterns !== undefined) return patterns.flatMap(patternsOf);
  return [
    {
      start: new RegExp(match ?? begin ?? '', 'dgmu'),
      end: end === undefined ? undefined : new RegExp(end, 'gmu'),
      scope: name,
      captures: new Map(Object.entries(captures).map(([group, capture]) => [Number(group), capture.name])),
    },
  ];
}

/**
 * A script in pieces, by the TextMate grammar that editors use. As there, each line stands for itself, except a text between quotes, and
 * of several rules the one that matches first wins, of those at one place the first in the grammar.
 */
export function highlighted(script: string): Piece[] {
  const pieces: Piece[] = [];
  const push = (text: string, scope: string): void => void (text !== '' && pieces.push({ text, scope }));
  let open: Pattern | undefined;
  for (const line of script.split(/(?<=\n)/u)) {
    let at = 0;
    while (at < line.length) {
      if (open?.end !== undefined) {
        const until = endOf(open.end, line, at);
        push(line.slice(at, until.at), open.scope);
        at = until.at;
        if (!until.isFound) break;
        open = undefined;
        continue;
      }
      const found = firstIn(line, at);
      push(line.slice(at, found?.at ?? line.length), '');
      if (found === undefined) break;
      const { pattern, match } = found;
      for (const piece of capturedIn(pattern, match)) push(piece.text, piece.scope);
      at = found.at + match[0].length;
      if (pattern.end !== undefined) open = pattern;
    }
  }
  return pieces;
}

function endOf(end: RegExp, line: string, at: number): { at: number; isFound: boolean } {
  end.lastIndex = at;
  const match = end.exec(line);
  return match === null
    ? { at: line.length, isFound: false }
    : { at: match.index + match[0].length, isFound: true };
}

function firstIn(
  line: string,
  from: number,
): { pattern: Pattern; match: RegExpExecArray; at: number } | undefined {
  let first: { pattern: Pattern; match: RegExpExecArray; at: number } | undefined;
  for (const pattern of PATTERNS) {
    pattern.start.lastIndex = from;
    const match = pattern.start.exec(line);
    if (match !== null && match[0] !== '' && (first === undefined || match.index < first.at))
      first = { pattern, match, at: match.index };
    if (first?.at === from) return first;
  }
  return first;
}

/** The groups of a match, and what stands between them. */
function* capturedIn({ scope, captures }: Pattern, match: RegExpExecArray): Iterable<Piece> {
  const text = match[0];
  let at = 0;
  for (const [group, inner] of captures) {
    const [start = 0, end = 0] = match.indices?.[group] ?? [];
    if (end === start) continue;
    yield { text: text.slice(at, start - match.index), scope };
    yield { text: text.slice(start - match.index, end - match.index), scope: inner };
    at = end - match.index;
  }
  yield { text: text.slice(at), scope };
}
