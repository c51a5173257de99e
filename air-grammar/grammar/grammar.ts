import type { IToken } from 'chevrotain';
import type { Script } from '../ast.ts';
import type { Language } from '../language.ts';
import { AirLexer } from './lexer.ts';
import { parserOf, type TokenParser } from './parser.ts';
import { Vocabulary } from './vocabulary.ts';
import { loadChevrotain } from '#chevrotain';

/** The grammar of a language, made with chevrotain. */
export class Grammar {
  readonly #lexer: AirLexer;
  readonly #parser: TokenParser;

  constructor(language: Language) {
    const chevrotain = loadChevrotain();
    const vocabulary = new Vocabulary(chevrotain, language);
    this.#lexer = new AirLexer(chevrotain, vocabulary, language);
    this.#parser = parserOf(chevrotain, vocabulary, language);
  }

  /** @throws {AirError} The first lexical error. */
  tokenize(text: string): IToken[] {
    return this.#lexer.tokenize(text);
  }

  /** @throws {AirError} The first lexical or syntax error. */
  read(text: string): Script {
    return this.#parser.read(text, this.tokenize(text));
  }
}

const grammars = new WeakMap<Language, Grammar>();

/** Made at the first use, because this loads chevrotain. */
export function grammarOf(language: Language): Grammar {
  const known = grammars.get(language);
  if (known !== undefined) return known;
  const grammar = new Grammar(language);
  grammars.set(language, grammar);
  return grammar;
}
