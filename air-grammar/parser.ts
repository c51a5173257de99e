import {
  EmbeddedActionsParser,
  tokenMatcher,
  type IParserErrorMessageProvider,
  type IRecognitionException,
  type IToken,
  type TokenType,
} from 'chevrotain';
import type {
  CanonMapName,
  CanonName,
  CanonRead,
  ErrorRegister,
  Fail,
  Iterable,
  LastError,
  MapKey,
  PeerOperand,
  ScalarName,
  ScalarRead,
  Script,
  StreamMapName,
  StreamName,
  StringOperand,
  Value as ValueNode,
} from './ast.ts';
import { Builder, syntaxError, type Header } from './builder.ts';
import { tokenize } from './lexer.ts';
import { failure, operand } from './operands.ts';
import * as t from './tokens.ts';

/** One line for people: what the grammar accepts here, and what stands here. */
const errorMessageProvider: IParserErrorMessageProvider = {
  buildMismatchTokenMessage: ({ expected, actual }) => unexpected([expected.name], actual),
  buildNotAllInputParsedMessage: ({ firstRedundant }) => unexpected(['"("', '")"'], firstRedundant),
  buildNoViableAltMessage: ({ expectedPathsPerAlt, actual }) =>
    unexpected(expectedPathsPerAlt.flatMap(paths => paths.map(([first]) => first?.name ?? '')), actual[0] as IToken),
  buildEarlyExitMessage: ({ expectedIterationPaths, actual }) =>
    unexpected(expectedIterationPaths.map(([first]) => first?.name ?? ''), actual[0] as IToken),
};

function unexpected(names: readonly string[], found: IToken): string {
  const expected = [...new Set(names)].sort().join(' or ');
  return `expected ${expected}, found ${found.image === '' ? 'the end of the script' : `\`${found.image}\``}`;
}

/**
 * The grammar of AIR, flat: a script is a run of instruction headers and closing parentheses. A header is all of an instruction
 * up to its nested ones; what is inside what is the {@link Builder}'s business. So the grammar never calls itself, and
 * neither depth nor length of a script can exhaust the stack (docs/decisions/0002-deep-scripts.md).
 */
class AirParser extends EmbeddedActionsParser {
  #builder = new Builder('');

  constructor() {
    super(t.VOCABULARY, { recoveryEnabled: false, maxLookahead: 2, errorMessageProvider });
    this.performSelfAnalysis();
  }

  read(text: string, tokens: IToken[]): Script {
    this.#builder = new Builder(text);
    this.input = tokens;
    this.script();
    const [error] = this.errors;
    if (error !== undefined) throw describe(text, error);
    return this.#builder.finish();
  }

  readonly script = this.RULE('script', () => {
    this.MANY(() =>
      this.OR([
        { ALT: () => this.SUBRULE(this.header) },
        {
          ALT: () => {
            const token = this.CONSUME(t.RightParen);
            this.ACTION(() => this.#builder.close(token));
          },
        },
      ]),
    );
  });

  readonly header = this.RULE('header', () => {
    const open = this.CONSUME(t.LeftParen);
    this.ACTION(() => this.#builder.open(open));
    const header = this.OR<Header>([
      { ALT: () => this.SUBRULE(this.call) },
      { ALT: () => this.SUBRULE(this.canon) },
      { ALT: () => this.SUBRULE(this.ap) },
      { ALT: () => this.bare(t.Keywords.seq, 'seq') },
      { ALT: () => this.bare(t.Keywords.par, 'par') },
      { ALT: () => this.bare(t.Keywords.xor, 'xor') },
      { ALT: () => this.SUBRULE(this.match) },
      { ALT: () => this.SUBRULE(this.mismatch) },
      { ALT: () => this.SUBRULE(this.fold) },
      { ALT: () => this.SUBRULE(this.next) },
      { ALT: () => this.SUBRULE(this.new) },
      { ALT: () => this.SUBRULE(this.fail) },
      { ALT: () => this.bare(t.Keywords.never, 'never') },
      { ALT: () => this.bare(t.Keywords.null, 'null') },
    ]);
    this.ACTION(() => this.#builder.header(open, header));
  });

  private bare(keyword: TokenType, kind: Header['kind']): Header {
    this.CONSUME(keyword);
    return { kind };
  }

  private readonly call = this.RULE('callHeader', (): Header => {
    this.CONSUME(t.Keywords.call);
    const peer = this.CONSUME(t.Peer);
    this.CONSUME(t.LeftParen);
    const service = this.CONSUME(t.Text);
    const functionName = this.CONSUME2(t.Text);
    this.CONSUME(t.RightParen);
    this.CONSUME(t.LeftBracket);
    const args: IToken[] = [];
    this.MANY(() => args.push(this.SUBRULE(this.value)));
    this.CONSUME(t.RightBracket);
    const output = this.OPTION(() => this.SUBRULE(this.target));
    return this.ACTION(() => ({
      kind: 'call',
      peer: operand<PeerOperand>(peer),
      service: operand<StringOperand>(service),
      functionName: operand<StringOperand>(functionName),
      arguments: args.map(argument => argumentOf(argument)),
      ...(output && { output: operand<ScalarName | StreamName>(output) }),
    }));
  });

  private readonly canon = this.RULE('canonHeader', (): Header => {
    this.CONSUME(t.Keywords.canon);
    const peer = this.CONSUME(t.Peer);
    return this.OR<Header>([
      {
        ALT: () => {
          const source = this.CONSUME(t.Meanings.stream);
          const target = this.CONSUME(t.Meanings.canon);
          return this.ACTION(() => ({
            kind: 'canon',
            peer: operand<PeerOperand>(peer),
            source: operand<StreamName>(source),
            target: operand<CanonName>(target),
          }));
        },
      },
      {
        ALT: () => {
          const source = this.CONSUME(t.Meanings.streamMap);
          const target = this.OR2([
            { ALT: () => this.CONSUME(t.Meanings.canonMap) },
            { ALT: () => this.CONSUME(t.Meanings.scalar) },
          ]);
          return this.ACTION(() => ({
            kind: tokenMatcher(target, t.Meanings.scalar) ? 'canonMapScalar' : 'canonMap',
            peer: operand<PeerOperand>(peer),
            source: operand<StreamMapName>(source),
            target: operand<CanonMapName | ScalarName>(target),
          }));
        },
      },
    ]);
  });

  private readonly ap = this.RULE('apHeader', (): Header => {
    this.CONSUME(t.Keywords.ap);
    return this.OR<Header>([
      {
        ALT: () => {
          this.CONSUME(t.LeftParen);
          const key = this.SUBRULE(this.mapKey);
          const value = this.SUBRULE(this.apValue);
          this.CONSUME(t.RightParen);
          const target = this.CONSUME(t.Meanings.streamMap);
          return this.ACTION(() => ({
            kind: 'apMap',
            key: operand<MapKey>(key),
            value: argumentOf(value),
            target: operand<StreamMapName>(target),
          }));
        },
      },
      {
        ALT: () => {
          const value = this.SUBRULE2(this.apValue);
          const target = this.SUBRULE(this.target);
          return this.ACTION(() => ({
            kind: 'ap',
            value: argumentOf(value),
            target: operand<ScalarName | StreamName>(target),
          }));
        },
      },
    ]);
  });

  private readonly match = this.RULE('matchHeader', (): Header => {
    this.CONSUME(t.Keywords.match);
    const left = this.SUBRULE(this.value);
    const right = this.SUBRULE2(this.value);
    return this.ACTION(() => ({ kind: 'match', left: argumentOf(left), right: argumentOf(right) }));
  });

  private readonly mismatch = this.RULE('mismatchHeader', (): Header => {
    this.CONSUME(t.Keywords.mismatch);
    const left = this.SUBRULE(this.value);
    const right = this.SUBRULE2(this.value);
    return this.ACTION(() => ({ kind: 'mismatch', left: argumentOf(left), right: argumentOf(right) }));
  });

  private readonly fold = this.RULE('foldHeader', (): Header => {
    this.CONSUME(t.Keywords.fold);
    const iterable = this.OR([
      { ALT: () => this.CONSUME(t.Meanings.scalar) },
      { ALT: () => this.CONSUME(t.Meanings.scalarLens) },
      { ALT: () => this.CONSUME(t.Meanings.canon) },
      { ALT: () => this.CONSUME(t.Meanings.canonMap) },
      { ALT: () => this.CONSUME(t.Meanings.canonMapLens) },
      { ALT: () => this.CONSUME(t.Meanings.stream) },
      { ALT: () => this.CONSUME(t.Meanings.streamMap) },
      { ALT: () => this.SUBRULE(this.emptyArray) },
    ]);
    const iterator = this.CONSUME2(t.Meanings.scalar);
    return this.ACTION(() => ({
      kind: 'fold',
      iterable: argumentOf<Iterable>(iterable),
      iterator: operand<ScalarName>(iterator),
    }));
  });

  private readonly next = this.RULE('nextHeader', (): Header => {
    this.CONSUME(t.Keywords.next);
    const iterator = this.CONSUME(t.Meanings.scalar);
    return this.ACTION(() => ({ kind: 'next', iterator: operand<ScalarName>(iterator) }));
  });

  private readonly new = this.RULE('newHeader', (): Header => {
    this.CONSUME(t.Keywords.new);
    const variable = this.OR([
      { ALT: () => this.CONSUME(t.Meanings.scalar) },
      { ALT: () => this.CONSUME(t.Meanings.stream) },
      { ALT: () => this.CONSUME(t.Meanings.streamMap) },
      { ALT: () => this.CONSUME(t.Meanings.canon) },
      { ALT: () => this.CONSUME(t.Meanings.canonMap) },
    ]);
    return this.ACTION(() => ({ kind: 'new', variable: operand(variable) }));
  });

  private readonly fail = this.RULE('failHeader', (): Header => {
    this.CONSUME(t.Keywords.fail);
    const failed = this.OR<Fail['operand']>([
      { ALT: () => this.operandOf<ScalarRead>(this.CONSUME(t.Meanings.scalar)) },
      { ALT: () => this.operandOf<ScalarRead>(this.CONSUME(t.Meanings.scalarLens)) },
      { ALT: () => this.operandOf<CanonRead>(this.CONSUME(t.Meanings.canonLens)) },
      { ALT: () => this.operandOf<LastError>(this.CONSUME(t.Meanings.lastError)) },
      { ALT: () => this.operandOf<ErrorRegister>(this.CONSUME(t.Meanings.error)) },
      {
        ALT: () => {
          const code = this.CONSUME(t.Meanings.integer);
          const message = this.CONSUME(t.Meanings.string);
          return this.ACTION(() => failure(code, message));
        },
      },
    ]);
    return { kind: 'fail', operand: failed };
  });

  private operandOf<T extends Fail['operand']>(token: IToken): T {
    return this.ACTION(() => operand<Exclude<Fail['operand'], { kind: 'failure' }>>(token)) as T;
  }

  private readonly value = this.RULE('anyValue', (): IToken =>
    this.OR([{ ALT: () => this.CONSUME(t.Value) }, { ALT: () => this.SUBRULE(this.emptyArray) }]),
  );

  /** A value other than a whole canon map. */
  private readonly apValue = this.RULE('apValue', (): IToken => {
    const isWholeMap = tokenMatcher(this.LA(1), t.Meanings.canonMap);
    return this.OR([
      { GATE: () => !isWholeMap, ALT: () => this.CONSUME(t.Value) },
      { ALT: () => this.SUBRULE(this.emptyArray) },
    ]);
  });

  private readonly mapKey = this.RULE('mapKey', (): IToken =>
    this.OR([
      { ALT: () => this.CONSUME(t.Meanings.string) },
      { ALT: () => this.CONSUME(t.Meanings.integer) },
      { ALT: () => this.CONSUME(t.Meanings.scalar) },
      { ALT: () => this.CONSUME(t.Meanings.scalarLens) },
      { ALT: () => this.CONSUME(t.Meanings.canonLens) },
    ]),
  );

  private readonly target = this.RULE('target', (): IToken =>
    this.OR([{ ALT: () => this.CONSUME(t.Meanings.scalar) }, { ALT: () => this.CONSUME(t.Meanings.stream) }]),
  );

  /** `[]`; its opening bracket stands for it. */
  private readonly emptyArray = this.RULE('emptyArray', (): IToken => {
    const open = this.CONSUME(t.LeftBracket);
    this.CONSUME(t.RightBracket);
    return open;
  });
}

const parser = new AirParser();

const argumentOf = <T = ValueNode>(token: IToken): T =>
  (token.image === '['
    ? { kind: 'emptyArray', span: { start: token.startOffset, end: token.startOffset + 1 } }
    : operand(token)) as T;


/** Text → tree, without the rules of validation. */
export function parseUnchecked(text: string): Script {
  return parser.read(text, tokenize(text));
}

function describe(text: string, { token, message }: IRecognitionException): Error {
  const atEnd = Number.isNaN(token.startOffset) || token.image === '';
  const start = atEnd ? text.length : token.startOffset;
  return syntaxError(text, message, start, atEnd ? start : start + token.image.length);
}
