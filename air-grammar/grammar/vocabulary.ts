import type { CustomPatternMatcherReturn, TokenType } from 'chevrotain';
import { invariant } from '../../base/assert.ts';
import { bitOf, KIND_TEXTS, titleOf, type KindText } from '../kinds.ts';
import type { Language } from '../language.ts';
import type { Place } from '../places.ts';
import type { Punctuation } from '../table.ts';
import type { Word } from '../word.ts';
import { wordEnd } from '../word-end.ts';
import type { Chevrotain } from '#chevrotain';

/** Kinds of operand that are several tokens. */
const COMPOUND: readonly KindText[] = ['emptyArray', 'failure'];

/**
 * The types of token. Lexing needs six patterns only; a word is then classified, and its token takes the type of what it means. What may
 * stand in a place of several kinds is a category; its name is shown to people as what was expected.
 */
export class Vocabulary {
  /** In the order in which they are tried. */
  readonly lexed: TokenType[];
  readonly all: TokenType[];
  readonly string: TokenType;
  readonly word: TokenType;
  readonly #punctuation: ReadonlyMap<string, TokenType>;
  readonly #keywords: ReadonlyMap<string, TokenType>;
  readonly #meanings: ReadonlyMap<KindText, TokenType>;
  readonly #categories: ReadonlyMap<Place, TokenType>;

  constructor({ createToken, Lexer }: Chevrotain, language: Language) {
    const unlexed = (name: string, categories: TokenType[] = []): TokenType =>
      createToken({ name, pattern: Lexer.NA, categories });
    const space = createToken({
      name: 'Space',
      // Unicode White_Space; `\s` differs from it in two characters.
      pattern: /[\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/,
      group: Lexer.SKIPPED,
      line_breaks: true,
    });
    const comment = createToken({
      name: 'Comment',
      pattern: /;[^\n]*/,
      group: Lexer.SKIPPED,
      line_breaks: false,
    });
    this.#punctuation = new Map(
      [...'()[]'].map(character => [character, createToken({ name: `"${character}"`, pattern: character })]),
    );
    this.string = createToken({ name: 'string', pattern: /"[^"]*"/, line_breaks: true });
    this.word = createToken({ name: 'word', pattern: matchWord, line_breaks: false });
    const [left, right, leftBracket, rightBracket] = [...this.#punctuation.values()] as [
      TokenType,
      TokenType,
      TokenType,
      TokenType,
    ];
    this.lexed = [space, left, right, this.word, this.string, leftBracket, rightBracket, comment];

    const places = placesOf(language);
    this.#categories = new Map(places.map(place => [place, unlexed(place.title)]));
    this.#keywords = new Map(Object.keys(language.rows).map(keyword => [keyword, unlexed(keyword)]));
    this.#meanings = new Map(
      KIND_TEXTS.filter(kind => !COMPOUND.includes(kind)).map(kind => [
        kind,
        unlexed(
          titleOf(kind),
          places
            .filter(({ kinds }) => (kinds & bitOf(kind)) !== 0)
            .map(place => this.#categories.get(place) as TokenType),
        ),
      ]),
    );
    this.all = [
      ...this.lexed,
      ...this.#categories.values(),
      ...this.#keywords.values(),
      ...this.#meanings.values(),
    ];
  }

  punctuation(character: Punctuation): TokenType {
    return this.#punctuation.get(character) as TokenType;
  }

  keyword(keyword: string): TokenType {
    return this.#keywords.get(keyword) as TokenType;
  }

  meaning(kind: KindText): TokenType {
    const type = this.#meanings.get(kind);
    invariant(type !== undefined, `operands of kind \`${kind}\` are one token`);
    return type;
  }

  /** Any token that may stand in this place alone. */
  category(place: Place): TokenType {
    return this.#categories.get(place) as TokenType;
  }

  typeOf(word: Exclude<Word, { kind: 'mistake' }>): TokenType {
    if (word.kind === 'keyword') return this.keyword(word.keyword);
    const hasLens = 'lens' in word && word.lens !== undefined;
    return this.meaning(hasLens ? (`${word.kind}+` as KindText) : word.kind);
  }
}

function matchWord(text: string, offset: number): CustomPatternMatcherReturn | null {
  const end = wordEnd(text, offset);
  return end === offset ? null : [text.slice(offset, end)];
}

const placesOf = ({ forms }: Language): Place[] => [
  ...new Set(forms.flatMap(({ operands }) => operands.map(({ place }) => place))),
];
