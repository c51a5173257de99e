import type { AirFinding } from '../errors.ts';
import { bitOf, withLens, type Kinds } from '../kinds.ts';
import type { Language } from '../language.ts';
import { classify, type Word } from '../word.ts';
import { isSpace, wordEnd } from '../word-end.ts';

/** A token of a text that may have mistakes. */
export interface Token {
  readonly type: 'punctuation' | 'keyword' | 'operand' | 'mistake';
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** Of an operand: its bit; else 0. */
  readonly kind: Kinds;
}

export interface Scan {
  readonly tokens: readonly Token[];
  /** Lexical errors. Each is a token of type `mistake`, too, except half a surrogate pair. */
  readonly findings: readonly AirFinding[];
  /** Whether the text ends inside a string or a comment. */
  readonly endsInside: boolean;
}

/** Text → tokens. Goes on after each lexical error; the first is the one that `parse` throws, unless half a surrogate pair follows. */
export function scan(text: string, language: Language): Scan {
  const tokens: Token[] = [];
  const findings: AirFinding[] = [];
  let endsInside = false;
  const fault = (message: string, start: number, end: number): void =>
    void findings.push({ code: 'ERR_AIR_LEXICAL', message, span: { start, end } });
  const push = (type: Token['type'], start: number, end: number, kind: Kinds = 0): number => {
    tokens.push({ type, text: text.slice(start, end), start, end, kind });
    return end;
  };

  for (let at = 0; at < text.length;) {
    const character = text[at] as string;
    if (isSpace(text.charCodeAt(at))) at += 1;
    else if (character === ';') {
      const end = text.indexOf('\n', at);
      endsInside = end === -1;
      at = endsInside ? text.length : end + 1;
    } else if (character === '"') {
      const end = text.indexOf('"', at + 1);
      endsInside = end === -1;
      if (endsInside) fault('this string literal has unclosed quote', at, text.length);
      at = endsInside ? push('mistake', at, text.length) : push('operand', at, end + 1, bitOf('string'));
    } else if ('()[]'.includes(character)) at = push('punctuation', at, at + 1);
    else {
      const end = wordEnd(text, at);
      const word = classify(text.slice(at, end), language.states);
      if (word.kind === 'mistake') fault(word.message, at + word.at, end);
      at = push(typeOf(word), at, end, kindOf(word));
    }
  }
  if (!text.isWellFormed()) {
    const at = text.search(/\p{Surrogate}/u);
    fault('a script is Unicode text; this is half of a surrogate pair', at, at + 1);
  }
  return { tokens, findings, endsInside };
}

const typeOf = ({ kind }: Word): Token['type'] =>
  kind === 'keyword' || kind === 'mistake' ? kind : 'operand';

function kindOf(word: Word): Kinds {
  if (word.kind === 'keyword' || word.kind === 'mistake') return 0;
  const kind = bitOf(word.kind);
  return 'lens' in word && word.lens !== undefined ? withLens(kind) : kind;
}
