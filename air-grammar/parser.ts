import {
  EmbeddedActionsParser,
  type IParserErrorMessageProvider,
  type IRecognitionException,
  type IToken,
  type TokenType,
} from 'chevrotain';
import type {
  Canon,
  CanonMap,
  CanonMapName,
  CanonMapScalar,
  CanonName,
  EmptyArray,
  Fail,
  IntegerLiteral,
  Iterable,
  MapKey,
  New,
  PeerOperand,
  ScalarName,
  Script,
  StreamMapName,
  StreamName,
  StringLiteral,
  StringOperand,
  Value,
} from './ast.ts';
import { Builder, syntaxError } from './builder.ts';
import type { AirError } from './errors.ts';
import { tokenize } from './lexer.ts';
import { quickParse } from './quick/quick-parser.ts';
import { between, operand, type Operand } from './operands.ts';
import { quoted } from './source.ts';
import * as t from './tokens.ts';

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

/**
 * The grammar of AIR, one production per instruction, laid flat: a script is a run of instructions without nested ones, beginnings of
 * instructions with nested ones, and closing parentheses. What is inside what is the {@link Builder}'s business. So the grammar
 * never calls itself, and neither depth nor length of a script can exhaust the stack (docs/decisions/0002-deep-scripts.md).
 */
class AirParser extends EmbeddedActionsParser {
  #builder = new Builder('');

  constructor() {
    super(t.VOCABULARY, { recoveryEnabled: false, maxLookahead: 1, errorMessageProvider });
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
      // The parser outlives the script; what it was given must not.
      this.input = [];
      this.#builder = new Builder('');
    }
  }

  readonly script = this.RULE('script', () => {
    this.MANY(() =>
      this.OR([
        { ALT: () => this.SUBRULE(this.instruction) },
        {
          ALT: () => {
            const paren = this.CONSUME(t.RightParen);
            this.ACTION(() => this.#builder.close(paren));
          },
        },
      ]),
    );
  });

  readonly instruction = this.RULE('instruction', () => {
    const paren = this.CONSUME(t.LeftParen);
    const index = this.ACTION(() => this.#builder.begin(paren));
    const args: [IToken, number] = [paren, index];
    this.OR([
      { ALT: () => this.SUBRULE(this.call, { ARGS: args }) },
      { ALT: () => this.SUBRULE(this.canon, { ARGS: args }) },
      { ALT: () => this.SUBRULE(this.ap, { ARGS: args }) },
      { ALT: () => this.SUBRULE(this.seq, { ARGS: args }) },
      { ALT: () => this.SUBRULE(this.par, { ARGS: args }) },
      { ALT: () => this.SUBRULE(this.xor, { ARGS: args }) },
      { ALT: () => this.SUBRULE(this.match, { ARGS: args }) },
      { ALT: () => this.SUBRULE(this.mismatch, { ARGS: args }) },
      { ALT: () => this.SUBRULE(this.fold, { ARGS: args }) },
      { ALT: () => this.SUBRULE(this.next, { ARGS: args }) },
      { ALT: () => this.SUBRULE(this.new, { ARGS: args }) },
      { ALT: () => this.SUBRULE(this.fail, { ARGS: args }) },
      { ALT: () => this.SUBRULE(this.never, { ARGS: args }) },
      { ALT: () => this.SUBRULE(this.null, { ARGS: args }) },
    ]);
  });

  private readonly call = this.RULE('callInstruction', (paren: IToken, index: number) => {
    this.CONSUME(t.Keywords.call);
    const peer = this.take<PeerOperand>(t.Peer);
    this.CONSUME2(t.LeftParen);
    const service = this.take<StringOperand>(t.Text);
    const name = this.CONSUME2(t.Text);
    this.CONSUME(t.RightParen);
    this.CONSUME(t.LeftBracket);
    const values: Value[] = [];
    this.MANY(() => values.push(this.SUBRULE(this.value)));
    this.CONSUME(t.RightBracket);
    const output = this.OPTION(() => this.take<ScalarName | StreamName>(t.Target));
    const end = this.CONSUME2(t.RightParen);
    this.ACTION(() => {
      const functionName = operand<StringOperand>(name);
      const span = between(paren, end);
      this.#builder.add(
        output
          ? { kind: 'call', peer, service, functionName, arguments: values, output, ...span, index }
          : { kind: 'call', peer, service, functionName, arguments: values, ...span, index },
      );
    });
  });

  private readonly canon = this.RULE('canonInstruction', (paren: IToken, index: number) => {
    this.CONSUME(t.Keywords.canon);
    const peer = this.take<PeerOperand>(t.Peer);
    const copy = this.OR<Copy>([
      {
        ALT: () => {
          const source = this.take<StreamName>(t.Meanings.stream);
          return { kind: 'canon', source, target: this.take<CanonName>(t.Meanings.canon) };
        },
      },
      {
        ALT: () => {
          const source = this.take<StreamMapName>(t.Meanings.streamMap);
          return this.OR2<Copy>([
            {
              ALT: () => ({ kind: 'canonMap', source, target: this.take<CanonMapName>(t.Meanings.canonMap) }),
            },
            {
              ALT: () => ({
                kind: 'canonMapScalar',
                source,
                target: this.take<ScalarName>(t.Meanings.scalar),
              }),
            },
          ]);
        },
      },
    ]);
    const end = this.CONSUME(t.RightParen);
    this.ACTION(() => this.#builder.add({ ...copy, peer, ...between(paren, end), index }));
  });

  private readonly ap = this.RULE('apInstruction', (paren: IToken, index: number) => {
    this.CONSUME(t.Keywords.ap);
    this.OR([
      {
        ALT: () => {
          this.CONSUME(t.LeftParen);
          const key = this.take<MapKey>(t.MapKey);
          const value = this.SUBRULE(this.apValue);
          this.CONSUME(t.RightParen);
          const target = this.take<StreamMapName>(t.Meanings.streamMap);
          const end = this.CONSUME2(t.RightParen);
          this.ACTION(() =>
            this.#builder.add({ kind: 'apMap', key, value, target, ...between(paren, end), index }),
          );
        },
      },
      {
        ALT: () => {
          const value = this.SUBRULE2(this.apValue);
          const target = this.take<ScalarName | StreamName>(t.Target);
          const end = this.CONSUME3(t.RightParen);
          this.ACTION(() => this.#builder.add({ kind: 'ap', value, target, ...between(paren, end), index }));
        },
      },
    ]);
  });

  private readonly seq = this.pairOf('seq');
  private readonly par = this.pairOf('par');
  private readonly xor = this.pairOf('xor');

  private pairOf(kind: 'seq' | 'par' | 'xor') {
    return this.RULE(`${kind}Instruction`, (paren: IToken, index: number) => {
      this.CONSUME(t.Keywords[kind]);
      this.ACTION(() => this.#builder.open(paren, index, { kind }));
    });
  }

  private readonly match = this.comparisonOf('match');
  private readonly mismatch = this.comparisonOf('mismatch');

  private comparisonOf(kind: 'match' | 'mismatch') {
    return this.RULE(`${kind}Instruction`, (paren: IToken, index: number) => {
      this.CONSUME(t.Keywords[kind]);
      const left = this.SUBRULE(this.value);
      const right = this.SUBRULE2(this.value);
      this.ACTION(() => this.#builder.open(paren, index, { kind, left, right }));
    });
  }

  private readonly fold = this.RULE('foldInstruction', (paren: IToken, index: number) => {
    this.CONSUME(t.Keywords.fold);
    const iterable = this.OR<Iterable>([
      { ALT: () => this.SUBRULE(this.emptyArray) },
      { ALT: () => this.take<Iterable>(t.Iterable) },
    ]);
    const iterator = this.take<ScalarName>(t.Meanings.scalar);
    this.ACTION(() => this.#builder.open(paren, index, { kind: 'fold', iterable, iterator }));
  });

  private readonly next = this.RULE('nextInstruction', (paren: IToken, index: number) => {
    this.CONSUME(t.Keywords.next);
    const iterator = this.take<ScalarName>(t.Meanings.scalar);
    const end = this.CONSUME(t.RightParen);
    this.ACTION(() => this.#builder.add({ kind: 'next', iterator, ...between(paren, end), index }));
  });

  private readonly new = this.RULE('newInstruction', (paren: IToken, index: number) => {
    this.CONSUME(t.Keywords.new);
    const variable = this.take<New['variable']>(t.Name);
    this.ACTION(() => this.#builder.open(paren, index, { kind: 'new', variable }));
  });

  private readonly fail = this.RULE('failInstruction', (paren: IToken, index: number) => {
    this.CONSUME(t.Keywords.fail);
    const failed = this.OR<Fail['operand']>([
      { ALT: () => this.take<Exclude<Fail['operand'], { kind: 'failure' }>>(t.Failure) },
      {
        ALT: () => {
          const code = this.CONSUME(t.Meanings.integer);
          const message = this.CONSUME(t.Meanings.string);
          return this.ACTION(() => ({
            kind: 'failure',
            code: operand<IntegerLiteral>(code).value,
            message: operand<StringLiteral>(message).value,
            ...between(code, message),
          }));
        },
      },
    ]);
    const end = this.CONSUME(t.RightParen);
    this.ACTION(() => this.#builder.add({ kind: 'fail', operand: failed, ...between(paren, end), index }));
  });

  private readonly never = this.bareOf('never');
  private readonly null = this.bareOf('null');

  private bareOf(kind: 'never' | 'null') {
    return this.RULE(`${kind}Instruction`, (paren: IToken, index: number) => {
      this.CONSUME(t.Keywords[kind]);
      const end = this.CONSUME(t.RightParen);
      this.ACTION(() => this.#builder.add({ kind, ...between(paren, end), index }));
    });
  }

  private readonly value = this.valueIn('anyValue', t.Value);
  private readonly apValue = this.valueIn('apValue', t.ApValue);

  private valueIn(name: string, category: TokenType) {
    return this.RULE(name, () =>
      this.OR<Value>([
        { ALT: () => this.take<Value>(category) },
        { ALT: () => this.SUBRULE(this.emptyArray) },
      ]),
    );
  }

  private readonly emptyArray = this.RULE('emptyArray', (): EmptyArray => {
    const first = this.CONSUME(t.LeftBracket);
    const last = this.CONSUME(t.RightBracket);
    return this.ACTION(() => ({ kind: 'emptyArray', ...between(first, last) }));
  });

  /** One token of a type or category, as the node it stands for. */
  private take<T extends Operand>(type: TokenType): T {
    const token = this.CONSUME(type);
    return this.ACTION(() => operand<T>(token));
  }
}

/** What a canon copies into what. */
type CopyOf<T extends Canon | CanonMap | CanonMapScalar> = Pick<T, 'kind' | 'source' | 'target'>;
type Copy = CopyOf<Canon> | CopyOf<CanonMap> | CopyOf<CanonMapScalar>;

function located(text: string, { token, message }: IRecognitionException): AirError {
  const { start, end } = token.image === '' ? { start: text.length, end: text.length } : between(token);
  return syntaxError(text, message, start, end);
}

const parser = new AirParser();

/**
 * Text → tree, without the rules of validation.
 *
 * @throws {AirError} With the first lexical or syntax error.
 */
export function parseUnchecked(text: string): Script {
  return quickParse(text)?.script ?? parseByGrammar(text);
}

/** By the grammar alone: what judges, and what the quick parser is held against. @throws {AirError} */
export function parseByGrammar(text: string): Script {
  return parser.read(text, tokenize(text));
}
