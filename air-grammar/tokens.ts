import { createToken, Lexer, type CustomPatternMatcherReturn, type TokenType } from 'chevrotain';
import { KEYWORDS, type Keyword, type Word } from './word.ts';

/**
 * The vocabulary. Lexing needs six patterns only; a word is then classified, and its token takes the type of what it means.
 */
const Space = createToken({
  name: 'Space',
  // Unicode White_Space; `\s` differs from it in two characters.
  pattern: /[\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/,
  group: Lexer.SKIPPED,
  line_breaks: true,
});
const Comment = createToken({ name: 'Comment', pattern: /;[^\n]*/, group: Lexer.SKIPPED, line_breaks: false });
export const LeftParen = createToken({ name: '"("', pattern: '(' });
export const RightParen = createToken({ name: '")"', pattern: ')' });
export const LeftBracket = createToken({ name: '"["', pattern: '[' });
export const RightBracket = createToken({ name: '"]"', pattern: ']' });
export const StringLiteral = createToken({ name: 'string', pattern: /"[^"]*"/, line_breaks: true });
export const WordToken = createToken({
  name: 'word',
  pattern: (text: string, offset: number): CustomPatternMatcherReturn | null => {
    const end = wordEnd(text, offset);
    return end === offset ? null : [text.slice(offset, end)];
  },
  line_breaks: false,
});

/** In the order in which they are tried. */
export const LEXED: TokenType[] = [
  Space,
  LeftParen,
  RightParen,
  WordToken,
  StringLiteral,
  LeftBracket,
  RightBracket,
  Comment,
];

const OTHER_STARTS = '()[]";';

/** A word ends before a space, or before a bracket that closes more than the word has opened. */
function wordEnd(text: string, start: number): number {
  if (OTHER_STARTS.includes(text[start] as string) || isSpace(text.charCodeAt(start))) return start;
  let parens = 0;
  let brackets = 0;
  let at = start + 1;
  for (; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === 0x28) parens += 1;
    else if (unit === 0x29) parens -= 1;
    else if (unit === 0x5b) brackets += 1;
    else if (unit === 0x5d) brackets -= 1;
    if (parens < 0 || brackets < 0 || isSpace(unit)) break;
  }
  return at;
}

/** The characters of {@link Space}. */
function isSpace(unit: number): boolean {
  if (unit <= 0x20) return unit === 0x20 || (unit >= 0x09 && unit <= 0x0d);
  if (unit < 0x1680) return unit === 0x85 || unit === 0xa0;
  return (
    unit === 0x1680 ||
    (unit >= 0x2000 && unit <= 0x200a) ||
    unit === 0x2028 ||
    unit === 0x2029 ||
    unit === 0x202f ||
    unit === 0x205f ||
    unit === 0x3000
  );
}

/** Categories: what may stand in a place of the grammar. A variable with a lens is another token than one without. */
const category = (name: string): TokenType => createToken({ name, pattern: /(?!)/ });
export const Value = category('value');
export const Text = category('string or variable');
export const Peer = category('peer');

const meaning = (name: string, ...categories: TokenType[]): TokenType =>
  createToken({ name, pattern: /(?!)/, categories });

export const Keywords = Object.fromEntries(KEYWORDS.map(name => [name, meaning(name)])) as Record<Keyword, TokenType>;
export const Meanings = {
  initPeerId: meaning('%init_peer_id%', Value, Peer),
  timestamp: meaning('%timestamp%', Value),
  ttl: meaning('%ttl%', Value),
  boolean: meaning('boolean', Value),
  integer: meaning('integer', Value),
  float: meaning('float', Value),
  string: meaning('string', Value, Text, Peer),
  lastError: meaning('%last_error%', Value),
  lastErrorLens: meaning('%last_error% with lens', Value),
  error: meaning(':error:', Value),
  errorLens: meaning(':error: with lens', Value),
  scalar: meaning('scalar', Value, Text, Peer),
  scalarLens: meaning('scalar with lens', Value, Text, Peer),
  stream: meaning('stream'),
  streamLens: meaning('stream with lens'),
  streamMap: meaning('stream map'),
  streamMapLens: meaning('stream map with lens'),
  canon: meaning('canon stream', Value),
  canonLens: meaning('canon stream with lens', Value, Text, Peer),
  canonMap: meaning('canon map', Value),
  canonMapLens: meaning('canon map with lens', Value, Text, Peer),
} as const;

export const VOCABULARY: TokenType[] = [
  ...LEXED,
  Value,
  Text,
  Peer,
  ...Object.values(Keywords),
  ...Object.values(Meanings),
];

export function typeOf(word: Exclude<Word, { kind: 'mistake' }>): TokenType {
  if (word.kind === 'keyword') return Keywords[word.keyword];
  const withLens = 'lens' in word && word.lens !== undefined;
  return Meanings[(withLens ? `${word.kind}Lens` : word.kind) as keyof typeof Meanings];
}
