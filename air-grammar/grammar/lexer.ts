import type { IToken, Lexer, TokenType } from 'chevrotain';
import { AirError } from '../errors.ts';
import type { Language } from '../language.ts';
import { classify } from '../word.ts';
import type { Vocabulary } from './vocabulary.ts';
import type { Chevrotain } from '#chevrotain';

/** Text → tokens. Words are classified here: their tokens carry the type and, as payload, the content of what they mean. */
export class AirLexer {
  readonly #lexer: Lexer;
  readonly #vocabulary: Vocabulary;
  readonly #language: Language;

  constructor({ Lexer }: Chevrotain, vocabulary: Vocabulary, language: Language) {
    this.#lexer = new Lexer(vocabulary.lexed, { positionTracking: 'onlyOffset', ensureOptimizations: false });
    this.#vocabulary = vocabulary;
    this.#language = language;
  }

  /** @throws {AirError} The first lexical error; nothing is reported besides it. */
  tokenize(text: string): IToken[] {
    refuseIllFormed(text);
    const { tokens, errors } = this.#lexer.tokenize(text);
    // The only text that no pattern takes is a quote without its partner.
    const open = errors[0]?.offset;
    for (const token of tokens) {
      if (open !== undefined && token.startOffset > open) break;
      if (token.tokenType === this.#vocabulary.word) this.#setMeaning(text, token);
      else if (token.tokenType === this.#vocabulary.string) retype(token, this.#vocabulary.meaning('string'));
    }
    if (open !== undefined) throw lexical(text, 'this string literal has unclosed quote', open, text.length);
    return tokens;
  }

  #setMeaning(text: string, token: IToken): void {
    const word = classify(token.image, this.#language.states);
    const start = token.startOffset;
    if (word.kind === 'mistake')
      throw lexical(text, word.message, start + word.at, start + token.image.length);
    token.payload = word;
    retype(token, this.#vocabulary.typeOf(word));
  }
}

/** Half of a surrogate pair has no UTF-8 bytes: a peer would sign, hash and send another text than this script. */
function refuseIllFormed(text: string): void {
  if (text.isWellFormed()) return;
  const at = text.search(/\p{Surrogate}/u);
  throw lexical(text, 'a script is Unicode text; this is half of a surrogate pair', at, at + 1);
}

function retype(token: IToken, type: TokenType): void {
  token.tokenType = type;
  token.tokenTypeIdx = type.tokenTypeIdx as number;
}

function lexical(text: string, message: string, start: number, end: number): AirError {
  return new AirError(text, [{ code: 'ERR_AIR_LEXICAL', message, span: { start, end } }]);
}
