import type { IToken } from 'chevrotain';
import type { CanonMapName, CanonName, Iterable, MapKey, PeerOperand, Span, Value } from './ast.ts';
import type { ScalarName, StreamMapName, StreamName, StringOperand } from './ast.ts';
import { Meanings } from './tokens.ts';
import type { Word } from './word.ts';

/** From the start of one token to the end of the same or a later one. */
export const between = (first: IToken, last: IToken = first): Span => ({
  start: first.startOffset,
  end: last.startOffset + last.image.length,
});

type Names = ScalarName | StreamName | StreamMapName | CanonName | CanonMapName;

export type Operand = Value | StringOperand | PeerOperand | MapKey | Iterable | Names;

/** The node of a literal, variable or register. The grammar has seen to it that the token fits the place `T`. */
export function operand<T extends Operand>(token: IToken): T {
  return nodeOf(token, between(token)) as T;
}

function nodeOf(token: IToken, span: Span): Value | Names {
  if (token.tokenType === Meanings.string) {
    // What stands between the quotes; there are no escapes.
    return { kind: 'string', value: token.image.slice(1, -1), ...span };
  }
  return wordNode(token.payload as OperandWord, span);
}

/** A word that is an operand. */
export type OperandWord = Exclude<Word, { kind: 'keyword' | 'mistake' }>;

/** Built kind by kind, not by spreading: this is the hottest line of parsing (docs/decisions/0002-deep-scripts.md). */
export function wordNode(word: OperandWord, { start, end }: Span): Value | Names {
  switch (word.kind) {
    case 'integer':
      return { kind: 'integer', value: word.value, start, end };
    case 'float':
      return { kind: 'float', value: word.value, start, end };
    case 'boolean':
      return { kind: 'boolean', value: word.value, start, end };
    case 'initPeerId':
    case 'timestamp':
    case 'ttl':
      return { kind: word.kind, start, end };
    case 'lastError':
    case 'error':
      return word.lens ? { kind: word.kind, lens: word.lens, start, end } : { kind: word.kind, start, end };
    default:
      return word.lens
        ? { kind: word.kind, name: word.name, lens: word.lens, start, end }
        : { kind: word.kind, name: word.name, start, end };
  }
}
