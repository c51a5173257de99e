import type { IToken } from 'chevrotain';
import type { CanonMapName, CanonName, Iterable, MapKey, PeerOperand, Span, Value } from './ast.ts';
import type { ScalarName, StreamMapName, StreamName, StringOperand } from './ast.ts';
import { Meanings } from './tokens.ts';
import type { Word } from './word.ts';

/** From the start of one token to the end of the same or a later one. */
export const spanOf = (first: IToken, last: IToken = first): Span => ({
  start: first.startOffset,
  end: last.startOffset + last.image.length,
});

type Names = ScalarName | StreamName | StreamMapName | CanonName | CanonMapName;

export type Operand = Value | StringOperand | PeerOperand | MapKey | Iterable | Names;

/** The node of a literal, variable or register. The grammar has seen to it that the token fits the place `T`. */
export function operand<T extends Operand>(token: IToken): T {
  return nodeOf(token, spanOf(token)) as T;
}

function nodeOf(token: IToken, span: Span): Value | Names {
  if (token.tokenType === Meanings.string) {
    // What stands between the quotes; there are no escapes.
    return { kind: 'string', value: token.image.slice(1, -1), span };
  }
  return wordNode(token.payload as OperandWord, span);
}

/** A word that is an operand. */
export type OperandWord = Exclude<Word, { kind: 'keyword' | 'mistake' }>;

/** Built kind by kind, not by spreading: this is the hottest line of parsing (docs/decisions/0002-deep-scripts.md). */
export function wordNode(word: OperandWord, span: Span): Value | Names {
  switch (word.kind) {
    case 'integer':
      return { kind: 'integer', value: word.value, span };
    case 'float':
      return { kind: 'float', value: word.value, span };
    case 'boolean':
      return { kind: 'boolean', value: word.value, span };
    case 'initPeerId':
    case 'timestamp':
    case 'ttl':
      return { kind: word.kind, span };
    case 'lastError':
    case 'error':
      return word.lens ? { kind: word.kind, lens: word.lens, span } : { kind: word.kind, span };
    default:
      return word.lens
        ? { kind: word.kind, name: word.name, lens: word.lens, span }
        : { kind: word.kind, name: word.name, span };
  }
}
