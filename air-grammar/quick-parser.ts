import type {
  Ap,
  ApMap,
  Call,
  Canon,
  CanonMap,
  CanonMapScalar,
  Fail,
  Fold,
  Instruction,
  New,
  Next,
  Script,
  Span,
  Value,
} from './ast.ts';
import { type Operand, type OperandWord, wordNode } from './operands.ts';
import { isSpace, wordEnd } from './tokens.ts';
import { classify, isPlainName, type Keyword } from './word.ts';

/**
 * Reads well-formed scripts in one pass, and nothing else: at the first thing that it does not expect it gives up, and the grammar
 * judges and explains. So what is accepted, and how mistakes are told, is the grammar's alone; a property test holds that both
 * make the same tree (docs/decisions/0002-deep-scripts.md).
 *
 * @returns Nothing if the script is not as expected.
 */
export function quickParse(text: string): Script | undefined {
  if (!text.isWellFormed()) return undefined;
  try {
    return new QuickParser(text).script();
  } catch (failure) {
    if (failure === GIVE_UP) return undefined;
    throw failure;
  }
}

const GIVE_UP = new Error('not well-formed');

/** An instruction whose nested ones follow. */
interface Open {
  readonly keyword: Keyword;
  readonly start: number;
  readonly index: number;
  readonly operands: readonly Operand[];
  first: Instruction | undefined;
  second: Instruction | undefined;
}

/** Kinds of operand that a place takes; `+` marks those with a lens. */
const VALUE = kinds(
  'string integer float boolean emptyArray initPeerId timestamp ttl lastError lastError+ error error+ scalar scalar+ canon canon+ canonMap canonMap+',
);
const AP_VALUE = new Set([...VALUE].filter(kind => kind !== 'canonMap'));
const STRING = kinds('string scalar scalar+ canon+ canonMap+');
const PEER = new Set([...STRING, 'initPeerId']);
const MAP_KEY = kinds('string integer scalar scalar+ canon+');
const ITERABLE = kinds('scalar scalar+ canon canonMap canonMap+ emptyArray stream streamMap');
const NEW = kinds('scalar stream streamMap canon canonMap');
const FAIL = kinds('scalar scalar+ canon+ lastError error');
const OUTPUT = kinds('scalar stream');
const SCALAR = kinds('scalar');
const STREAM_MAP = kinds('streamMap');

function kinds(list: string): ReadonlySet<string> {
  return new Set(list.split(' '));
}

const LEFT_PAREN = 0x28;
const RIGHT_PAREN = 0x29;
const LEFT_BRACKET = 0x5b;
const RIGHT_BRACKET = 0x5d;
const QUOTE = 0x22;
const SEMICOLON = 0x3b;

class QuickParser {
  readonly #text: string;
  readonly #open: Open[] = [];
  #at = 0;
  #count = 0;
  #root: Instruction | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  script(): Script {
    while (this.#root === undefined) {
      if (this.#peek() === RIGHT_PAREN) this.#close();
      else this.#instruction();
    }
    if (!Number.isNaN(this.#peek())) throw GIVE_UP;
    return { text: this.#text, root: this.#root, size: this.#count };
  }

  #instruction(): void {
    const parent = this.#open.at(-1);
    if (parent?.second !== undefined || (parent?.first !== undefined && !TWO.has(parent.keyword)))
      throw GIVE_UP;
    const start = this.#at;
    this.#take(LEFT_PAREN);
    const index = this.#count++;
    const keyword = this.#keyword();
    if (NESTING.has(keyword)) {
      this.#open.push({
        keyword,
        start,
        index,
        operands: this.#nestingOperands(keyword),
        first: undefined,
        second: undefined,
      });
      return;
    }
    this.#add(this.#leaf(keyword, start, index));
  }

  #nestingOperands(keyword: Keyword): readonly Operand[] {
    if (keyword === 'match' || keyword === 'mismatch') return [this.#operand(VALUE), this.#operand(VALUE)];
    if (keyword === 'fold') return [this.#operand(ITERABLE), this.#operand(SCALAR)];
    return keyword === 'new' ? [this.#operand(NEW)] : [];
  }

  /** An instruction without nested ones. Each is written out: assembling them by spreading costs half of the time. */
  #leaf(keyword: Keyword, start: number, index: number): Instruction {
    switch (keyword) {
      case 'ap':
        return this.#ap(start, index);
      case 'call':
        return this.#call(start, index);
      case 'canon':
        return this.#canon(start, index);
      case 'next': {
        const iterator = this.#operand(SCALAR) as Next['iterator'];
        return { kind: 'next', iterator, span: this.#end(start), index };
      }
      case 'fail': {
        const operand = this.#failOperand();
        return { kind: 'fail', operand, span: this.#end(start), index };
      }
      case 'never':
      case 'null':
        return { kind: keyword, span: this.#end(start), index };
      default:
        throw GIVE_UP;
    }
  }

  #ap(start: number, index: number): Ap | ApMap {
    if (this.#peek() !== LEFT_PAREN) {
      const value = this.#operand(AP_VALUE) as Value;
      const target = this.#operand(OUTPUT) as Ap['target'];
      return { kind: 'ap', value, target, span: this.#end(start), index };
    }
    this.#take(LEFT_PAREN);
    const key = this.#operand(MAP_KEY) as ApMap['key'];
    const value = this.#operand(AP_VALUE) as Value;
    this.#take(RIGHT_PAREN);
    const target = this.#operand(STREAM_MAP) as ApMap['target'];
    return { kind: 'apMap', key, value, target, span: this.#end(start), index };
  }

  #call(start: number, index: number): Call {
    const peer = this.#operand(PEER) as Call['peer'];
    this.#take(LEFT_PAREN);
    const service = this.#operand(STRING) as Call['service'];
    const functionName = this.#operand(STRING) as Call['functionName'];
    this.#take(RIGHT_PAREN);
    this.#take(LEFT_BRACKET);
    const args: Value[] = [];
    while (this.#peek() !== RIGHT_BRACKET) args.push(this.#operand(VALUE) as Value);
    this.#take(RIGHT_BRACKET);
    if (this.#peek() === RIGHT_PAREN) {
      return { kind: 'call', peer, service, functionName, arguments: args, span: this.#end(start), index };
    }
    const output = this.#operand(OUTPUT) as NonNullable<Call['output']>;
    return {
      kind: 'call',
      peer,
      service,
      functionName,
      arguments: args,
      output,
      span: this.#end(start),
      index,
    };
  }

  #canon(start: number, index: number): Canon | CanonMap | CanonMapScalar {
    const peer = this.#operand(PEER) as Canon['peer'];
    const source = this.#operand(SOURCE);
    if (source.kind === 'stream') {
      const target = this.#operand(CANON) as Canon['target'];
      return {
        kind: 'canon',
        peer,
        source: source as Canon['source'],
        target,
        span: this.#end(start),
        index,
      };
    }
    const map = source as CanonMap['source'];
    const target = this.#operand(MAP_TARGET) as CanonMap['target'] | CanonMapScalar['target'];
    const span = this.#end(start);
    return target.kind === 'scalar'
      ? { kind: 'canonMapScalar', peer, source: map, target, span, index }
      : { kind: 'canonMap', peer, source: map, target, span, index };
  }

  #failOperand(): Fail['operand'] {
    const first = this.#operand(FAIL_OR_CODE);
    if (first.kind !== 'integer') return first as Fail['operand'];
    const message = this.#operand(ONLY_STRING) as { value: string; span: Span };
    const span = { start: first.span.start, end: message.span.end };
    return { kind: 'failure', code: first.value, message: message.value, span };
  }

  #close(): void {
    const closed = this.#open.pop();
    if (closed?.first === undefined) throw GIVE_UP;
    const { keyword, start, index, operands, first, second } = closed;
    if (second === undefined && PAIR.has(keyword)) throw GIVE_UP;
    this.#add(assemble(keyword, operands, first, second, this.#end(start), index));
  }

  #add(instruction: Instruction): void {
    const parent = this.#open.at(-1);
    if (parent === undefined) this.#root = instruction;
    else if (parent.first === undefined) parent.first = instruction;
    else parent.second = instruction;
  }

  #keyword(): Keyword {
    this.#space();
    const start = this.#at;
    this.#at = wordEnd(this.#text, start);
    const word = classify(this.#text.slice(start, this.#at));
    if (word.kind !== 'keyword') throw GIVE_UP;
    return word.keyword;
  }

  #operand(allowed: ReadonlySet<string>): Operand {
    const unit = this.#peek();
    const start = this.#at;
    const node =
      unit === QUOTE
        ? this.#string(start)
        : unit === LEFT_BRACKET
          ? this.#emptyArray(start)
          : this.#word(start);
    const kind = 'lens' in node && node.lens !== undefined ? `${node.kind}+` : node.kind;
    if (!allowed.has(kind)) throw GIVE_UP;
    return node;
  }

  #word(start: number): Operand {
    this.#at = wordEnd(this.#text, start);
    const text = this.#text.slice(start, this.#at);
    const span = { start, end: this.#at };
    if (isPlainName(text)) return { kind: 'scalar', name: text, span };
    const word = classify(text);
    if (word.kind === 'keyword' || word.kind === 'mistake') throw GIVE_UP;
    return wordNode(word as OperandWord, span);
  }

  #string(start: number): Operand {
    const end = this.#text.indexOf('"', start + 1);
    if (end === -1) throw GIVE_UP;
    this.#at = end + 1;
    return { kind: 'string', value: this.#text.slice(start + 1, end), span: { start, end: this.#at } };
  }

  #emptyArray(start: number): Operand {
    this.#take(LEFT_BRACKET);
    this.#take(RIGHT_BRACKET);
    return { kind: 'emptyArray', span: { start, end: this.#at } };
  }

  #end(start: number): Span {
    this.#take(RIGHT_PAREN);
    return { start, end: this.#at };
  }

  #take(unit: number): void {
    if (this.#peek() !== unit) throw GIVE_UP;
    this.#at += 1;
  }

  /** The first unit of the next token; NaN at the end. */
  #peek(): number {
    this.#space();
    return this.#text.charCodeAt(this.#at);
  }

  #space(): void {
    for (;;) {
      const unit = this.#text.charCodeAt(this.#at);
      if (unit === SEMICOLON) {
        const end = this.#text.indexOf('\n', this.#at);
        this.#at = end === -1 ? this.#text.length : end;
      } else if (isSpace(unit)) this.#at += 1;
      else return;
    }
  }
}

const SOURCE = kinds('stream streamMap');
const CANON = kinds('canon');
const MAP_TARGET = kinds('canonMap scalar');
const ONLY_STRING = kinds('string');
const FAIL_OR_CODE = new Set([...FAIL, 'integer']);
const NESTING: ReadonlySet<Keyword> = new Set<Keyword>([
  'seq',
  'par',
  'xor',
  'match',
  'mismatch',
  'fold',
  'new',
]);
/** May hold two instructions; must. */
const TWO: ReadonlySet<Keyword> = new Set<Keyword>(['seq', 'par', 'xor', 'fold']);
const PAIR: ReadonlySet<Keyword> = new Set<Keyword>(['seq', 'par', 'xor']);

function assemble(
  keyword: Keyword,
  [left, right]: readonly Operand[],
  first: Instruction,
  second: Instruction | undefined,
  span: Span,
  index: number,
): Instruction {
  switch (keyword) {
    case 'seq':
    case 'par':
    case 'xor':
      return { kind: keyword, left: first, right: second as Instruction, span, index };
    case 'match':
    case 'mismatch':
      return { kind: keyword, left: left as Value, right: right as Value, body: first, span, index };
    case 'new':
      return { kind: 'new', variable: left as New['variable'], body: first, span, index };
    default: {
      const fold = {
        kind: 'fold',
        iterable: left as Fold['iterable'],
        iterator: right as Fold['iterator'],
        body: first,
      } as const;
      return second === undefined ? { ...fold, span, index } : { ...fold, last: second, span, index };
    }
  }
}
