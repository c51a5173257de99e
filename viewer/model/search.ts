import type { CallRow, Workspace } from './workspace.ts';

/** A text to search for in calls, understood: words that must all match. */
export interface Query {
  readonly words: readonly Word[];
}

interface Word {
  readonly field: Field | undefined;
  /** Lower case; `*` stands for any text. */
  readonly parts: readonly string[];
  readonly isNegated: boolean;
}

const FIELDS = ['peer', 'service', 'function', 'outcome', 'code', 'particle', 'is'] as const;
type Field = (typeof FIELDS)[number];

/**
 * Reads a query: words, all of which a call must match. `peer:carol` looks into one field, `-word` must not match, `get_*` is a pattern,
 * `"two words"` is one word, `is:tampered` looks at marks.
 */
export function parseQuery(text: string): Query {
  const words: Word[] = [];
  for (const [, minus = '', field, quoted, plain] of text.matchAll(
    /(-?)(?:([a-z]+):)?(?:"([^"]*)"|(\S+))/g,
  )) {
    const known = FIELDS.find(name => name === field);
    const word = quoted ?? plain ?? '';
    const whole = field !== undefined && known === undefined ? `${field}:${word}` : word;
    if (whole !== '')
      words.push({ field: known, parts: whole.toLowerCase().split('*'), isNegated: minus === '-' });
  }
  return { words };
}

/** Calls, made ready to be searched: their texts are put together once. */
export class CallIndex {
  readonly #rows: readonly CallRow[];
  readonly #texts: readonly string[];
  readonly #nameOf: (peerId: string) => string;

  constructor(workspace: Workspace) {
    this.#rows = workspace.calls;
    this.#nameOf = peerId => workspace.nameOf(peerId);
    this.#texts = workspace.calls.map(({ call }) =>
      [
        workspace.nameOf(call.peerId),
        `${call.service}.${call.function}`,
        call.outcome,
        call.code ?? '',
        ...call.arguments,
        call.answer ?? '',
      ]
        .join('\n')
        .toLowerCase(),
    );
  }

  /** @param marks Marks of calls by id. */
  find({ words }: Query, marks: ReadonlyMap<string, readonly string[]>): readonly CallRow[] {
    if (words.length === 0) return this.#rows;
    return this.#rows.filter((row, i) =>
      words.every(word => this.#matches(word, row, i, marks) !== word.isNegated),
    );
  }

  #matches(
    { field, parts }: Word,
    { id, call }: CallRow,
    i: number,
    marks: ReadonlyMap<string, readonly string[]>,
  ): boolean {
    switch (field) {
      case undefined:
        return hasPattern(this.#texts[i] ?? '', parts);
      case 'peer':
        return (
          isPattern(this.#nameOf(call.peerId).toLowerCase(), parts) ||
          isPattern(call.peerId.toLowerCase(), parts)
        );
      case 'is':
        return (marks.get(id) ?? []).some(mark => hasPattern(mark.toLowerCase(), parts));
      case 'particle':
        return isPattern(call.particleId.toLowerCase(), parts) || call.particle.startsWith(parts[0] ?? '');
      case 'code':
        return isPattern((call.code ?? '').toLowerCase(), parts);
      default:
        return isPattern(call[field].toLowerCase(), parts);
    }
  }
}

/** Whether the parts stand in a text one after the other. No regular expression: a stranger's link can hold a query. */
function hasPattern(text: string, parts: readonly string[]): boolean {
  let at = 0;
  for (const part of parts) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return true;
}

/** Whether the pattern is the whole text. */
function isPattern(text: string, parts: readonly string[]): boolean {
  const [first = '', last = ''] = [parts[0], parts.at(-1)];
  if (parts.length === 1) return text === first;
  return (
    text.length >= first.length + last.length &&
    text.startsWith(first) &&
    text.endsWith(last) &&
    hasPattern(text.slice(first.length, text.length - last.length), parts.slice(1, -1))
  );
}
