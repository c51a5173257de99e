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
  Match,
  Mismatch,
  New,
  Next,
  Par,
  Script,
  Seq,
  StringLiteral,
  Value,
  Xor,
} from './ast.ts';
import { type Operand, wordNode } from './operands.ts';
import { isSpace, wordEnd } from './tokens.ts';
import { classify, isReserved, KEYWORDS, type Keyword } from './word.ts';

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

/** A tree in the making: what is nested, and where a span ends, is filled in when it comes. */
type Unfinished<T> = T extends unknown
  ? Omit<T, 'left' | 'right' | 'body' | 'last' | 'end'> & { end: number }
  : never;
type Nested = Instruction | undefined;
type OpenPair = Unfinished<Seq | Par | Xor> & { left: Nested; right: Nested };
type OpenComparison = Unfinished<Match | Mismatch> & {
  readonly left: Value;
  readonly right: Value;
  body: Nested;
};
type OpenNew = Unfinished<New> & { body: Nested };
type OpenFold = Unfinished<Fold> & { body: Nested; last?: Instruction };
type Open = OpenPair | OpenComparison | OpenNew | OpenFold;

/** A set of kinds of operand, a bit for each; `+` marks those with a lens. */
type Kinds = number;
const KINDS = [
  'string', 'integer', 'float', 'boolean', 'emptyArray', 'initPeerId', 'timestamp', 'ttl', 'lastError', 'lastError+',
  'error', 'error+', 'scalar', 'scalar+', 'canon', 'canon+', 'canonMap', 'canonMap+', 'stream', 'stream+', 'streamMap',
  'streamMap+',
]; // prettier-ignore
const bitOf = (kind: string): Kinds => 1 << KINDS.indexOf(kind);
const kinds = (list: string): Kinds => list.split(' ').reduce((set, kind) => set | bitOf(kind), 0);

/** What may stand in each place. */
const VALUE = kinds(
  'string integer float boolean emptyArray initPeerId timestamp ttl lastError lastError+ error error+ scalar scalar+ canon canon+ canonMap canonMap+',
);
const AP_VALUE = VALUE & ~kinds('canonMap');
const STRING = kinds('string scalar scalar+ canon+ canonMap+');
const PEER = STRING | kinds('initPeerId');
const MAP_KEY = kinds('string integer scalar scalar+ canon+');
const ITERABLE = kinds('scalar scalar+ canon canonMap canonMap+ emptyArray stream streamMap');
const NEW = kinds('scalar stream streamMap canon canonMap');
const FAIL_OR_CODE = kinds('scalar scalar+ canon+ lastError error integer');
const OUTPUT = kinds('scalar stream');
const SCALAR = bitOf('scalar');
const STREAM_MAP = bitOf('streamMap');
const SOURCE = kinds('stream streamMap');
const CANON = bitOf('canon');
const MAP_TARGET = kinds('canonMap scalar');
const ONLY_STRING = bitOf('string');
const EMPTY_ARRAY = bitOf('emptyArray');
const INTEGER = bitOf('integer');

const LEFT_PAREN = 0x28;
const RIGHT_PAREN = 0x29;
const LEFT_BRACKET = 0x5b;
const RIGHT_BRACKET = 0x5d;
const QUOTE = 0x22;
const SEMICOLON = 0x3b;
const HYPHEN = 0x2d;
const ZERO = 0x30;
/** So many digits fit a number without loss. */
const SAFE_DIGITS = 15;

const KEYWORDS_BY_FIRST = new Map<number, Keyword[]>();
for (const keyword of KEYWORDS) {
  const first = keyword.charCodeAt(0);
  KEYWORDS_BY_FIRST.set(first, [...(KEYWORDS_BY_FIRST.get(first) ?? []), keyword]);
}

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
    const start = this.#at;
    this.#take(LEFT_PAREN);
    const index = this.#count++;
    const keyword = this.#keyword();
    switch (keyword) {
      case 'seq':
      case 'par':
      case 'xor':
        this.#open.push({ kind: keyword, left: undefined, right: undefined, start, end: 0, index });
        return;
      case 'match':
      case 'mismatch': {
        const left = this.#operand(VALUE) as Value;
        const right = this.#operand(VALUE) as Value;
        this.#open.push({
          kind: keyword,
          left,
          right,
          body: undefined,
          start,
          end: 0,
          index,
        });
        return;
      }
      case 'fold': {
        const iterable = this.#operand(ITERABLE) as Fold['iterable'];
        const iterator = this.#operand(SCALAR) as Fold['iterator'];
        this.#open.push({
          kind: 'fold',
          iterable,
          iterator,
          body: undefined,
          start,
          end: 0,
          index,
        });
        return;
      }
      case 'new': {
        const variable = this.#operand(NEW) as New['variable'];
        this.#open.push({ kind: 'new', variable, body: undefined, start, end: 0, index });
        return;
      }
      default:
        this.#add(this.#leaf(keyword, start, index));
    }
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
        return { kind: 'next', iterator, start, end: this.#end(), index };
      }
      case 'fail': {
        const operand = this.#failOperand();
        return { kind: 'fail', operand, start, end: this.#end(), index };
      }
      case 'never':
      case 'null':
        return { kind: keyword, start, end: this.#end(), index };
      default:
        throw GIVE_UP;
    }
  }

  #ap(start: number, index: number): Ap | ApMap {
    if (this.#peek() !== LEFT_PAREN) {
      const value = this.#operand(AP_VALUE) as Value;
      const target = this.#operand(OUTPUT) as Ap['target'];
      return { kind: 'ap', value, target, start, end: this.#end(), index };
    }
    this.#take(LEFT_PAREN);
    const key = this.#operand(MAP_KEY) as ApMap['key'];
    const value = this.#operand(AP_VALUE) as Value;
    this.#take(RIGHT_PAREN);
    const target = this.#operand(STREAM_MAP) as ApMap['target'];
    return { kind: 'apMap', key, value, target, start, end: this.#end(), index };
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
      return { kind: 'call', peer, service, functionName, arguments: args, start, end: this.#end(), index };
    }
    const output = this.#operand(OUTPUT) as NonNullable<Call['output']>;
    return {
      kind: 'call',
      peer,
      service,
      functionName,
      arguments: args,
      output,
      start,
      end: this.#end(),
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
        start,
        end: this.#end(),
        index,
      };
    }
    const map = source as CanonMap['source'];
    const target = this.#operand(MAP_TARGET) as CanonMap['target'] | CanonMapScalar['target'];
    const end = this.#end();
    return target.kind === 'scalar'
      ? { kind: 'canonMapScalar', peer, source: map, target, start, end, index }
      : { kind: 'canonMap', peer, source: map, target, start, end, index };
  }

  #failOperand(): Fail['operand'] {
    const first = this.#operand(FAIL_OR_CODE);
    if (first.kind !== 'integer') return first as Fail['operand'];
    const message = this.#operand(ONLY_STRING) as StringLiteral;
    return {
      kind: 'failure',
      code: first.value,
      message: message.value,
      start: first.start,
      end: message.end,
    };
  }

  #close(): void {
    const closed = this.#open.pop();
    if (closed === undefined) throw GIVE_UP;
    this.#take(RIGHT_PAREN);
    closed.end = this.#at;
    this.#add(finished(closed));
  }

  #add(instruction: Instruction): void {
    const parent = this.#open.at(-1);
    if (parent === undefined) this.#root = instruction;
    else nest(parent, instruction);
  }

  #keyword(): Keyword {
    this.#space();
    const start = this.#at;
    this.#at = wordEnd(this.#text, start);
    for (const keyword of KEYWORDS_BY_FIRST.get(this.#text.charCodeAt(start)) ?? []) {
      if (keyword.length === this.#at - start && this.#text.startsWith(keyword, start)) return keyword;
    }
    throw GIVE_UP;
  }

  #operand(allowed: Kinds): Operand {
    const unit = this.#peek();
    const start = this.#at;
    if (unit === QUOTE) return this.#string(start, allowed);
    if (unit === LEFT_BRACKET) return this.#emptyArray(start, allowed);
    return (
      this.#plainName(start, allowed) ?? this.#plainInteger(start, allowed) ?? this.#word(start, allowed)
    );
  }

  /** Most operands are a name of ASCII letters: read in one look at each. */
  #plainName(start: number, allowed: Kinds): Operand | undefined {
    if (!isLetter(this.#text.charCodeAt(start))) return undefined;
    let at = start + 1;
    let unit = this.#text.charCodeAt(at);
    while (isLetter(unit) || isDigit(unit) || unit === HYPHEN) unit = this.#text.charCodeAt((at += 1));
    const name = this.#text.slice(start, at);
    if (!endsWord(unit) || isReserved(name)) return undefined;
    require(allowed, SCALAR);
    this.#at = at;
    return { kind: 'scalar', name, start, end: at };
  }

  #plainInteger(start: number, allowed: Kinds): Operand | undefined {
    let at = start;
    let unit = this.#text.charCodeAt(at);
    let value = 0;
    while (isDigit(unit)) {
      value = value * 10 + (unit - ZERO);
      unit = this.#text.charCodeAt((at += 1));
    }
    if (at === start || at - start > SAFE_DIGITS || !endsWord(unit)) return undefined;
    require(allowed, INTEGER);
    this.#at = at;
    return { kind: 'integer', value: BigInt(value), start, end: at };
  }

  #word(start: number, allowed: Kinds): Operand {
    this.#at = wordEnd(this.#text, start);
    const word = classify(this.#text.slice(start, this.#at));
    if (word.kind === 'keyword' || word.kind === 'mistake') throw GIVE_UP;
    const hasLens = 'lens' in word && word.lens !== undefined;
    require(allowed, bitOf(hasLens ? `${word.kind}+` : word.kind));
    return wordNode(word, { start, end: this.#at });
  }

  #string(start: number, allowed: Kinds): Operand {
    require(allowed, ONLY_STRING);
    const end = this.#text.indexOf('"', start + 1);
    if (end === -1) throw GIVE_UP;
    this.#at = end + 1;
    return { kind: 'string', value: this.#text.slice(start + 1, end), start, end: this.#at };
  }

  #emptyArray(start: number, allowed: Kinds): Operand {
    require(allowed, EMPTY_ARRAY);
    this.#take(LEFT_BRACKET);
    this.#take(RIGHT_BRACKET);
    return { kind: 'emptyArray', start, end: this.#at };
  }

  #end(): number {
    this.#take(RIGHT_PAREN);
    return this.#at;
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

function require(allowed: Kinds, kind: Kinds): void {
  if ((allowed & kind) === 0) throw GIVE_UP;
}

function nest(parent: Open, instruction: Instruction): void {
  if ('body' in parent) {
    if (parent.body === undefined) parent.body = instruction;
    else if (parent.kind === 'fold' && parent.last === undefined) parent.last = instruction;
    else throw GIVE_UP;
  } else if (parent.left === undefined) parent.left = instruction;
  else if (parent.right === undefined) parent.right = instruction;
  else throw GIVE_UP;
}

function finished(open: Open): Instruction {
  const last = 'body' in open ? open.body : open.right;
  if (last === undefined) throw GIVE_UP;
  return open as Instruction;
}

const isLetter = (unit: number): boolean => {
  const lower = unit | 0x20;
  return (lower >= 0x61 && lower <= 0x7a) || unit === 0x5f;
};
const isDigit = (unit: number): boolean => unit >= 0x30 && unit <= 0x39;
/** Ends a word that has no bracket in it. */
const endsWord = (unit: number): boolean =>
  unit === RIGHT_PAREN || unit === RIGHT_BRACKET || isSpace(unit) || Number.isNaN(unit);
