import type { Span } from '../ast.ts';
import { isOperand } from '../form.ts';
import { bitOf, type Kinds } from '../kinds.ts';
import { AIR, type Language } from '../language.ts';
import { classify } from '../word.ts';
import { Outline, type Expected } from './outline.ts';
import { scan } from './tokens.ts';

/** One way to continue a script. */
export interface Completion {
  /** Replaces the text of {@link Completions.span}. */
  readonly text: string;
  readonly kind: 'keyword' | 'variable' | 'constant' | 'punctuation';
  /** Of a keyword: what follows it. */
  readonly detail?: string;
}

/** The ways to continue a script at one place. See {@link complete}. */
export interface Completions {
  /** The word that is being typed, in UTF-16 units from the start of the text; empty between words. */
  readonly span: Span;
  readonly items: readonly Completion[];
}

/** Operands that are one fixed word. */
const CONSTANTS = ['%init_peer_id%', '%timestamp%', '%ttl%', '%last_error%', ':error:', 'true', 'false'];
/** A word up to here; brackets and quotes begin or end one. */
const TYPED = /[^\s()[\]";]*$/;

/**
 * What may stand at a place of a script, for prompts and editors: keywords, variables that are defined before it, constants and
 * punctuation. Only what the table of instructions allows there, and only what begins with the letters before the place.
 *
 * Strings and numbers are not completed, nor is anything inside of strings, comments, lenses, or after a mistake in the same instruction.
 *
 * @param source The whole text; what follows `offset` is not read.
 * @param offset In UTF-16 units, from 0 to the length of the text.
 * @returns Keywords in the order of the table; variables, the newest first. Empty where nothing fits.
 * @throws {TypeError} If `offset` is not an integer in this range.
 * @example complete('(seq (call %init_', 17).items[0]?.text // '%init_peer_id%'
 */
export function complete(source: string, offset: number, language: Language = AIR): Completions {
  if (!Number.isInteger(offset) || offset < 0 || offset > source.length)
    throw new TypeError(`complete: offset must be an integer from 0 to ${source.length}, found ${offset}`);
  const before = source.slice(0, offset);
  const [typed = ''] = TYPED.exec(before) ?? [];
  const start = offset - typed.length;
  const span = { start, end: offset };
  const { tokens, endsInside } = scan(before.slice(0, start), language);
  if (endsInside) return { span, items: [] };
  const outline = new Outline(tokens, language, start);
  const items = itemsOf(outline.expected, [...outline.variables].toReversed(), language);
  return { span, items: items.filter(({ text }) => text.startsWith(typed) && text !== typed) };
}

function itemsOf(expected: Expected, variables: readonly string[], language: Language): Completion[] {
  const items: Completion[] = [];
  if (expected.keywords)
    for (const keyword of language.states.keys())
      items.push({ text: keyword, kind: 'keyword', detail: signatureOf(keyword, language) });
  for (const { kinds, use } of expected.operands) {
    const isNew = use === 'define' ? bitOf('scalar') : 0;
    for (const text of variables)
      if (fits(text, kinds & ~isNew, language)) items.push({ text, kind: 'variable' });
    for (const text of CONSTANTS) if (fits(text, kinds, language)) items.push({ text, kind: 'constant' });
  }
  for (const text of expected.punctuation) items.push({ text, kind: 'punctuation' });
  return items;
}

/** Whether a word may stand where these kinds may; a variable also where it needs a lens. */
function fits(text: string, kinds: Kinds, language: Language): boolean {
  const { kind } = classify(text, language.states);
  if (kind === 'keyword' || kind === 'mistake') return false;
  const plain = bitOf(kind);
  return (kinds & (plain | (isVariable(kind) ? plain << 1 : 0))) !== 0;
}

const isVariable = (kind: string): boolean => ['scalar', 'canon', 'canonMap'].includes(kind);

/** Operands of the first form, and dots for nested instructions. */
function signatureOf(keyword: string, { forms }: Language): string {
  const form = forms.find(each => each.keyword === keyword);
  const parts = (form?.parts ?? []).map(part => {
    if (!isOperand(part)) return part;
    const marks = { one: '', many: '…', optional: '?' };
    return part.field + marks[part.count];
  });
  const nested = (form?.nested ?? []).map(({ field, count }) => `(${field}${count === 'one' ? '' : '?'})`);
  return [keyword, ...parts, ...nested].join(' ').replaceAll(/([([]) | ([)\]])/g, '$1$2');
}
