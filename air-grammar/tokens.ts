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
const Comment = createToken({
  name: 'Comment',
  pattern: /;[^\n]*/,
  group: Lexer.SKIPPED,
  line_breaks: false,
});
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
export function wordEnd(text: string, start: number): number {
  if (OTHER_STARTS.includes(text[start] as string) || isSpace(text.charCodeAt(start))) return start;
  let parens = 0;
  let brackets = 0;
  let at = start + 1;
  for (; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    // Letters and digits of ASCII, which most words are made of, end nothing.
    if (unit > 0x5d && unit < 0x80) continue;
    if (unit === 0x28) parens += 1;
    else if (unit === 0x29) parens -= 1;
    else if (unit === 0x5b) brackets += 1;
    else if (unit === 0x5d) brackets -= 1;
    else if (isSpace(unit)) break;
    if (parens < 0 || brackets < 0) break;
  }
  return at;
}

/** The characters of {@link Space}. */
export function isSpace(unit: number): boolean {
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

/** Categories: what may stand in a place of the grammar. Their names are shown to people as what was expected. */
const CATEGORIES: TokenType[] = [];
function category(name: string): TokenType {
  const token = createToken({ name, pattern: Lexer.NA });
  CATEGORIES.push(token);
  return token;
}
export const Value = category('value');
export const ApValue = category('value other than a whole canon map');
export const Text = category('string or variable');
export const Peer = category('peer');
export const MapKey = category('key');
export const Iterable = category('iterable');
export const Target = category('scalar or stream');
export const MapCopy = category('canon map or scalar');
export const Name = category('variable without lens');
export const Failure = category('error');

const meaning = (name: string, ...categories: TokenType[]): TokenType =>
  createToken({ name, pattern: Lexer.NA, categories });

const KEYWORD_TOKENS = KEYWORDS.map(name => [name, meaning(name)] as const);
export const Keywords = Object.fromEntries(KEYWORD_TOKENS) as Record<Keyword, TokenType>;

/** What a word or a string is. A variable with a lens is another token than one without. */
export const Meanings = {
  string: meaning('string', Value, ApValue, Text, Peer, MapKey),
  integer: meaning('integer', Value, ApValue, MapKey),
  float: meaning('float', Value, ApValue),
  boolean: meaning('boolean', Value, ApValue),
  initPeerId: meaning('%init_peer_id%', Value, ApValue, Peer),
  timestamp: meaning('%timestamp%', Value, ApValue),
  ttl: meaning('%ttl%', Value, ApValue),
  lastError: meaning('%last_error%', Value, ApValue, Failure),
  lastErrorLens: meaning('%last_error% with lens', Value, ApValue),
  error: meaning(':error:', Value, ApValue, Failure),
  errorLens: meaning(':error: with lens', Value, ApValue),
  scalar: meaning('scalar', Value, ApValue, Text, Peer, MapKey, Iterable, Target, MapCopy, Name, Failure),
  scalarLens: meaning('scalar with lens', Value, ApValue, Text, Peer, MapKey, Iterable, Failure),
  stream: meaning('stream', Iterable, Target, Name),
  streamLens: meaning('stream with lens'),
  streamMap: meaning('stream map', Iterable, Name),
  streamMapLens: meaning('stream map with lens'),
  canon: meaning('canon stream', Value, ApValue, Iterable, Name),
  canonLens: meaning('canon stream with lens', Value, ApValue, Text, Peer, MapKey, Failure),
  canonMap: meaning('canon map', Value, Iterable, MapCopy, Name),
  canonMapLens: meaning('canon map with lens', Value, ApValue, Text, Peer, Iterable),
} as const;

export const VOCABULARY: TokenType[] = [
  ...LEXED,
  ...CATEGORIES,
  ...Object.values(Keywords),
  ...Object.values(Meanings),
];

export function typeOf(word: Exclude<Word, { kind: 'mistake' }>): TokenType {
  if (word.kind === 'keyword') return Keywords[word.keyword];
  if (!('lens' in word) || word.lens === undefined) return Meanings[word.kind];
  return Meanings[`${word.kind}Lens`];
}
