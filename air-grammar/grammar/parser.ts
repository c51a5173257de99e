import type { IParserErrorMessageProvider, IRecognitionException, IToken } from 'chevrotain';
import { invariant } from '../../base/assert.ts';
import type { IntegerLiteral, Script, StringLiteral } from '../ast.ts';
import type { AirError } from '../errors.ts';
import { bitOf, type KindText } from '../kinds.ts';
import type { Form } from '../form.ts';
import type { Language } from '../language.ts';
import { StringNode, wordNode, type OperandWord } from '../operand-nodes.ts';
import type { Operand } from '../operands.ts';
import type { Place } from '../places.ts';
import { quoted } from '../source.ts';
import type { Choice, State } from '../states.ts';
import { Builder, between, syntaxError, type Fields } from './builder.ts';
import type { Vocabulary } from './vocabulary.ts';
import type { Chevrotain } from '#chevrotain';

/** One line for people: what the grammar accepts here, and what stands here. */
const errorMessageProvider: IParserErrorMessageProvider = {
  buildMismatchTokenMessage: ({ expected, actual }) => unexpected([expected.name], actual),
  buildNotAllInputParsedMessage: ({ firstRedundant }) => unexpected(['"("', '")"'], firstRedundant),
  buildNoViableAltMessage: ({ expectedPathsPerAlt, actual }) =>
    unexpected(
      expectedPathsPerAlt.flat().flatMap(([first]) => first?.name ?? []),
      actual[0] as IToken,
    ),
  buildEarlyExitMessage: ({ expectedIterationPaths, actual }) =>
    unexpected(
      expectedIterationPaths.flatMap(([first]) => first?.name ?? []),
      actual[0] as IToken,
    ),
};

function unexpected(names: readonly string[], found: IToken): string {
  const expected = [...new Set(names)].sort().join(' or ');
  return `expected ${expected}, found ${found.image === '' ? 'the end of the script' : quoted(found.image)}`;
}

export interface TokenParser {
  /** @throws {AirError} The first syntax error. */
  read(text: string, tokens: IToken[]): Script;
}

/**
 * The grammar of a language, one production per instruction, laid flat: a script is a run of instructions without nested ones,
 * beginnings of instructions with nested ones, and closing parentheses. The {@link Builder} handles nesting. So the grammar
 * never calls itself, and neither depth nor length of a script can exhaust the stack (docs/decisions/0002-deep-scripts.md).
 *
 * Productions are made from the rows of the table. Chevrotain tells places in a production apart by explicit numbers: they come from
 * the states, which are numbered in each instruction.
 */
export function parserOf(
  { EmbeddedActionsParser }: Chevrotain,
  vocabulary: Vocabulary,
  language: Language,
): TokenParser {
  const leftParen = vocabulary.punctuation('(');
  const rightParen = vocabulary.punctuation(')');

  class AirParser extends EmbeddedActionsParser implements TokenParser {
    #builder = new Builder('');
    /** The instruction that is being read. */
    #paren: IToken | undefined;
    #index = 0;
    #fields: Fields = {};

    constructor() {
      super(vocabulary.all, { recoveryEnabled: false, maxLookahead: 1, errorMessageProvider });
      this.performSelfAnalysis();
    }

    read(text: string, tokens: IToken[]): Script {
      this.#builder = new Builder(text);
      this.input = tokens;
      try {
        this.script();
        const [error] = this.errors;
        if (error !== undefined) throw located(text, error);
        return this.#builder.finish();
      } finally {
        // The parser outlives the script; the text must not.
        this.input = [];
        this.#builder = new Builder('');
        this.#fields = {};
        this.#paren = undefined;
      }
    }

    // Chevrotain takes alternatives as arrays of functions. They are made once, not for each instruction.
    readonly #steps = [
      { ALT: () => this.SUBRULE(this.instruction) },
      {
        ALT: () => {
          const paren = this.CONSUME(rightParen);
          this.ACTION(() => this.#builder.close(paren));
        },
      },
    ];

    readonly #step = (): void => void this.OR(this.#steps);

    readonly script = this.RULE('script', () => this.MANY(this.#step));

    readonly instruction = this.RULE('instruction', () => {
      const paren = this.CONSUME(leftParen);
      this.ACTION(() => {
        this.#index = this.#builder.begin(paren);
        this.#paren = paren;
        this.#fields = {};
      });
      this.OR(this.#productions);
    });

    readonly #productions = [...language.states].map(([keyword, first], i) => {
      const operands = this.#after(first);
      const production = this.RULE(`${keyword}Instruction`, () => {
        this.CONSUME(vocabulary.keyword(keyword));
        operands();
      });
      return { ALT: () => this.subrule(i, production) };
    });

    /** Reads the parts after a state, up to the end of the operands. Chevrotain's number of state n is 2n, and 2n + 1 of the part that leads to it. */
    #after(state: State): () => void {
      if (state.form !== undefined) return this.#end(state.form, 2 * state.number);
      const choices = state.choices.map(choice => {
        const part = this.#part(choice, 2 * choice.next.number + 1);
        const rest = this.#after(choice.next);
        return {
          ALT: () => {
            part();
            rest();
          },
        };
      });
      const [only] = choices;
      return choices.length === 1 && only !== undefined ? only.ALT : () => this.or(2 * state.number, choices);
    }

    /** An instruction without nested ones ends in its production, the others by a parenthesis of their own. */
    #end(form: Form, number: number): () => void {
      return () => {
        const end = form.nested.length === 0 ? this.consume(number, rightParen) : undefined;
        this.ACTION(() => {
          invariant(this.#paren !== undefined, 'an instruction has begun');
          this.#builder.add(form, this.#fields, this.#paren, this.#index, end);
        });
      };
    }

    #part({ part, isMany, isOptional }: Choice, number: number): () => void {
      if (typeof part === 'string') {
        const character = vocabulary.punctuation(part);
        return () => void this.consume(number, character);
      }
      const { field, place } = part;
      const take = this.#operand(place, number);
      if (isMany) {
        return () => {
          const list: Operand[] = [];
          this.many(number, () => list.push(take()));
          this.#fields[field] = list;
        };
      }
      if (isOptional) {
        return () => {
          const operand = this.option(number, take);
          if (operand !== undefined) this.#fields[field] = operand;
        };
      }
      return () => void (this.#fields[field] = take());
    }

    /** Reads one operand: a token, or `[]` or a failure, which are several tokens. */
    #operand(place: Place, number: number): () => Operand {
      const has = (kind: KindText): boolean => (place.kinds & bitOf(kind)) !== 0;
      const category = vocabulary.category(place);
      const one = (): Operand => this.#node(this.consume(number, category));
      if (has('emptyArray')) return this.#either(number, one, () => this.subrule(number, this.#emptyArray));
      if (has('failure')) return this.#either(number, one, () => this.subrule(number, this.#failure));
      return one;
    }

    #either(number: number, one: () => Operand, several: () => Operand): () => Operand {
      const alternatives = [{ ALT: one }, { ALT: several }];
      return () => this.or(number, alternatives);
    }

    readonly #emptyArray = this.RULE('emptyArray', (): Operand => {
      const first = this.CONSUME(vocabulary.punctuation('['));
      const last = this.CONSUME(vocabulary.punctuation(']'));
      return this.ACTION(() => ({ kind: 'emptyArray', ...between(first, last) }));
    });

    readonly #failure = this.RULE('failure', (): Operand => {
      const code = this.CONSUME(vocabulary.meaning('integer'));
      const message = this.CONSUME(vocabulary.meaning('string'));
      return this.ACTION(() => ({
        kind: 'failure',
        code: (nodeOf(code) as IntegerLiteral).value,
        message: (nodeOf(message) as StringLiteral).value,
        ...between(code, message),
      }));
    });

    #node(token: IToken): Operand {
      return this.ACTION(() => nodeOf(token));
    }
  }
  return new AirParser();

  function nodeOf(token: IToken): Operand {
    const span = between(token);
    if (token.tokenType !== vocabulary.meaning('string'))
      return wordNode(token.payload as OperandWord, span.start, span.end);
    // What stands between the quotes; there are no escapes.
    return new StringNode('string', token.image.slice(1, -1), span.start, span.end);
  }
}

function located(text: string, { token, message }: IRecognitionException): AirError {
  const { start, end } = token.image === '' ? { start: text.length, end: text.length } : between(token);
  return syntaxError(text, message, start, end);
}
