import type { IToken } from 'chevrotain';
import type {
  CanonMapName,
  CanonName,
  Fail,
  Iterable,
  MapKey,
  PeerOperand,
  ScalarName,
  Span,
  StreamMapName,
  StreamName,
  StringOperand,
  Value,
} from './ast.ts';
import type { Word } from './word.ts';

export const spanOf = (token: IToken): Span => ({
  start: token.startOffset,
  end: token.startOffset + token.image.length,
});

type AnyOperand =
  | Value
  | StringOperand
  | PeerOperand
  | MapKey
  | Iterable
  | ScalarName
  | StreamName
  | StreamMapName
  | CanonName
  | CanonMapName;

/** The node of a literal, variable or register. The grammar has seen to it that the token fits its place. */
export function operand<T extends AnyOperand = AnyOperand>(token: IToken): T {
  const span = spanOf(token);
  if (token.image.startsWith('"')) return { kind: 'string', value: token.image.slice(1, -1), span } as T;
  const word = token.payload as Exclude<Word, { kind: 'keyword' | 'mistake' }>;
  return { ...word, span } as T;
}

export function failure(code: IToken, message: IToken): Fail['operand'] {
  const word = code.payload as { value: bigint };
  return {
    kind: 'failure',
    code: word.value,
    message: message.image.slice(1, -1),
    span: { start: code.startOffset, end: spanOf(message).end },
  };
}
