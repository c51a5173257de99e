import type { Lens } from './ast.ts';
import { parseLens } from './lens-text.ts';

/** What a word of the script means. */
export type Word =
  | { readonly kind: 'keyword'; readonly keyword: string }
  | { readonly kind: 'initPeerId' | 'timestamp' | 'ttl' }
  | { readonly kind: 'lastError' | 'error'; readonly lens?: Lens }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'integer'; readonly value: bigint }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: VariableKind; readonly name: string; readonly lens?: Lens }
  | { readonly kind: 'mistake'; readonly message: string; readonly at: number };

export type VariableKind = 'scalar' | 'stream' | 'streamMap' | 'canon' | 'canonMap';

const FIXED: ReadonlyMap<string, Word> = new Map<string, Word>([
  ['%init_peer_id%', { kind: 'initPeerId' }],
  ['%timestamp%', { kind: 'timestamp' }],
  ['%ttl%', { kind: 'ttl' }],
  ['true', { kind: 'boolean', value: true }],
  ['false', { kind: 'boolean', value: false }],
]);

/** The two commonest kinds of word. */
const SHORT_INTEGER = /^[0-9]{1,15}$/;
const PLAIN_NAME = /^[A-Za-z_][A-Za-z0-9_-]*$/;
const NUMERIC = /[\p{Nd}\p{Nl}\p{No}]/u;
const NOT_NUMERIC = /[^\p{Nd}\p{Nl}\p{No}]/u;
const NOT_NAME_CHARACTER = /[^\p{Alphabetic}\p{Nd}\p{Nl}\p{No}_-]/u;
const QUIRK_FIRST = /^[\p{Alphabetic}\p{Nd}\p{Nl}\p{No}_\-+$#%]/u;
const LENS_TEXT = /^[\p{Alphabetic}\p{Nd}\p{Nl}\p{No}_\-$@[\]():?.*,"']*!?$/u;
const FLOAT_BYTES_MAX = 11;
const I64_MIN = -(2n ** 63n);
const I64_MAX = 2n ** 63n - 1n;
/** Of any 64-bit integer. Longer ones are refused unread: converting megabytes of digits takes seconds. */
const I64_DIGITS_MAX = 19;

const MISTAKES = {
  name: "only alphanumeric, '_', and '-' characters are allowed in this position",
  taggedName: 'a tagged name should be non empty',
  canonName: 'a canon name should be non empty',
  lens: 'invalid character in lambda',
  number: 'a digit could contain only digits or one dot',
  leadingDot:
    "leading dot without any symbols before - please write 0 if it's float or variable name if it's a lambda",
  bigFloat: 'this float is too big, a float could contain less than 12 digits',
} as const;

/** Words that are not names, besides the keywords. */
export const FIXED_WORDS: readonly string[] = [...FIXED.keys()];
export const isFixedWord = (word: string): boolean => FIXED.has(word);

/** The keywords of a language. */
export interface Keywords {
  has(word: string): boolean;
}

/** Classifies a word: first match wins. */
export function classify(word: string, keywords: Keywords): Word {
  if (keywords.has(word)) return { kind: 'keyword', keyword: word };
  const fixed = FIXED.get(word);
  if (fixed !== undefined) return fixed;
  if (PLAIN_NAME.test(word)) return { kind: 'scalar', name: word };
  if (SHORT_INTEGER.test(word)) return { kind: 'integer', value: BigInt(Number(word)) };
  if (word.startsWith(':error:')) return register('error', word, ':error:'.length);
  if (word.startsWith('%last_error%')) return register('lastError', word, '%last_error%'.length);
  return isNumber(word) ? number(word) : variable(word);
}

function register(kind: 'error' | 'lastError', word: string, end: number): Word {
  if (word.length === end) return { kind };
  const lens = parseLens(word.slice(end));
  return lens === undefined ? mistake("provided lambda isn't a lens", end) : { kind, lens };
}

/**
 * A word is read as a number for as long as it can be one. It stays one, right or wrong, if a dot came before the first
 * character that no number has; else it is a name: `1abc`, `--5` and `1e3` are names.
 */
function isNumber(word: string): boolean {
  let dotSeen = false;
  let digitSeen = false;
  const digits = word[0] === '+' || word[0] === '-' ? word.slice(1) : word;
  for (const character of digits) {
    if (NUMERIC.test(character)) digitSeen = true;
    else if (character === '.' && !dotSeen) {
      if (!digitSeen) return true;
      dotSeen = true;
    } else return dotSeen;
  }
  return true;
}

function number(word: string): Word {
  const dot = word.indexOf('.');
  if (dot === -1) return integer(word);
  if (!NUMERIC.test(word.slice(0, dot))) return mistake(MISTAKES.leadingDot, dot);
  const stray = word.slice(dot + 1).search(NOT_NUMERIC);
  if (stray !== -1) return mistake(MISTAKES.number, dot + 1 + stray);
  if (new TextEncoder().encode(word).length > FLOAT_BYTES_MAX) return mistake(MISTAKES.bigFloat, 0);
  if (!/^[+-]?[0-9]+\.[0-9]*$/.test(word)) return mistake('invalid float literal', 0);
  return { kind: 'float', value: Number(word) };
}

function integer(word: string): Word {
  if (!/^[+-]?[0-9]+$/.test(word)) return mistake('invalid digit found in string', 0);
  const digits = word.replace(/^[+-]?0*/, '');
  const size = digits.length > I64_DIGITS_MAX ? I64_MAX + 2n : BigInt(digits);
  const value = word.startsWith('-') ? -size : size;
  if (value > I64_MAX) return mistake('number too large to fit in target type', 0);
  if (value < I64_MIN) return mistake('number too small to fit in target type', 0);
  return { kind: 'integer', value };
}

/** A name with its sigil, and the lens from the first dot on. */
function variable(word: string): Word {
  const { kind, sigil } = sigilOf(word);
  if (word.length === sigil && sigil > 0) {
    return mistake(sigil === 1 ? MISTAKES.taggedName : MISTAKES.canonName, sigil - 1);
  }
  const dot = word.indexOf('.', sigil);
  if (dot === 0) return mistake(MISTAKES.leadingDot, 0);
  if (dot === sigil) return mistake(MISTAKES.canonName, sigil - 1);
  const name = dot === -1 ? word : word.slice(0, dot);
  // A leading `+` was taken as the sign of a number that then turned out to be a name.
  const from = sigil === 0 && word[0] === '+' ? 1 : sigil;
  const stray = name.slice(from).search(NOT_NAME_CHARACTER);
  if (stray !== -1) return mistake(MISTAKES.name, from + stray);
  if (isQuirk(word) && !QUIRK_FIRST.test(word)) return mistake(MISTAKES.name, 0);
  if (dot === -1) return { kind, name };
  const text = word.slice(dot);
  if (!LENS_TEXT.test(text)) return mistake(MISTAKES.lens, dot);
  const lens = parseLens(text);
  return lens === undefined ? mistake("provided lambda isn't a lens", dot) : { kind, name, lens };
}

/** What follows the name of a variable from its first dot on; `undefined` if it is not a lens. */
export const lensOf = (text: string): Lens | undefined =>
  LENS_TEXT.test(text) ? parseLens(text) : undefined;

/** A `%` in second place makes any word the name of a canon map: an accident of the language that scripts may use. */
const isQuirk = (word: string): boolean => word[1] === '%' && word.charCodeAt(0) < 0x80;

function sigilOf(word: string): { kind: VariableKind; sigil: number } {
  if (isQuirk(word)) return { kind: 'canonMap', sigil: 2 };
  if (word.startsWith('#$')) return { kind: 'canon', sigil: 2 };
  switch (word[0]) {
    case '$':
      return { kind: 'stream', sigil: 1 };
    case '%':
      return { kind: 'streamMap', sigil: 1 };
    case '#':
      return { kind: 'canon', sigil: 1 };
    default:
      return { kind: 'scalar', sigil: 0 };
  }
}

const mistake = (message: string, at: number): Word => ({ kind: 'mistake', message, at });
