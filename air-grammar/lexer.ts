import { Lexer, type IToken } from 'chevrotain';
import { AirError } from './errors.ts';
import { LEXED, Meanings, StringLiteral, typeOf, WordToken } from './tokens.ts';
import { classify } from './word.ts';

const lexer = new Lexer(LEXED, { positionTracking: 'onlyOffset', ensureOptimizations: false });

/**
 * Text → tokens. Words are classified here: their tokens carry the type and, as payload, the content of what they mean.
 *
 * @throws {AirError} The first lexical error; nothing is reported besides it.
 */
export function tokenize(text: string): IToken[] {
  refuseIllFormed(text);
  const { tokens, errors } = lexer.tokenize(text);
  // The only text that no pattern takes is a quote without its partner.
  const open = errors[0]?.offset;
  for (const token of tokens) {
    if (open !== undefined && token.startOffset > open) break;
    if (token.tokenType === WordToken) setMeaning(text, token);
    else if (token.tokenType === StringLiteral) retype(token, Meanings.string);
  }
  if (open !== undefined) throw lexical(text, 'this string literal has unclosed quote', open, text.length);
  return tokens;
}

/** Half of a surrogate pair has no UTF-8 bytes: what a peer signs, hashes and sends would not be what this script says. */
function refuseIllFormed(text: string): void {
  if (text.isWellFormed()) return;
  const at = text.search(/\p{Surrogate}/u);
  throw lexical(text, 'a script is Unicode text; this is half of a surrogate pair', at, at + 1);
}

function setMeaning(text: string, token: IToken): void {
  const word = classify(token.image);
  const start = token.startOffset;
  if (word.kind === 'mistake') throw lexical(text, word.message, start + word.at, start + token.image.length);
  token.payload = word;
  retype(token, typeOf(word));
}

function retype(token: IToken, type: (typeof Meanings)[keyof typeof Meanings]): void {
  token.tokenType = type;
  token.tokenTypeIdx = type.tokenTypeIdx as number;
}

function lexical(text: string, message: string, start: number, end: number): AirError {
  return new AirError(text, [{ code: 'ERR_AIR_LEXICAL', message, span: { start, end } }]);
}
