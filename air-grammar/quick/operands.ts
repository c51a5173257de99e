import { type Operand, wordNode } from '../operands.ts';
import type { Accessor } from '../ast.ts';
import { classify, isReserved, lensOf, RESERVED, type VariableKind } from '../word.ts';
import { IntegerNode, LensNode, StringNode, VariableNode } from './nodes.ts';
import { hashed } from './names.ts';
import { kindOf, withLens, type Kinds } from './operand-kinds.ts';
import { endsWord, GIVE_UP, isDigit, isLetter, isNameUnit, type Scanner, Unit } from './scanner.ts';
import { END } from './units.ts';

/** So many digits fit a number without loss. */
const SAFE_DIGITS = 15;

/** Reads the operand that comes next, if it is of a kind that may stand in its place. */
export function operand(scanner: Scanner, allowed: Kinds): Operand {
  const unit = scanner.peek();
  if (unit === Unit.quote) return string(scanner, allowed);
  if (isDigit(unit)) return plainInteger(scanner, allowed) ?? anyWord(scanner, allowed);
  if (unit === Unit.leftBracket) return emptyArray(scanner, allowed);
  return plainVariable(scanner, unit, allowed) ?? anyWord(scanner, allowed);
}

function string(scanner: Scanner, allowed: Kinds): Operand {
  allow(allowed, STRING);
  const start = scanner.at;
  const end = scanner.text.indexOf('"', start + 1);
  if (end === -1) throw GIVE_UP;
  scanner.at = end + 1;
  return new StringNode('string', scanner.text.slice(start + 1, end), start, end + 1);
}

function emptyArray(scanner: Scanner, allowed: Kinds): Operand {
  allow(allowed, EMPTY_ARRAY);
  const start = scanner.at;
  scanner.take(Unit.leftBracket);
  scanner.take(Unit.rightBracket);
  return { kind: 'emptyArray', start, end: scanner.at };
}

function plainInteger(scanner: Scanner, allowed: Kinds): Operand | undefined {
  const { units, at: start } = scanner;
  let at = start;
  let unit = units[at] as number;
  let value = 0;
  while (isDigit(unit) && at - start < SAFE_DIGITS) {
    value = value * 10 + (unit - Unit.zero);
    unit = units[(at += 1)] as number;
  }
  if (!endsWord(unit)) return undefined;
  allow(allowed, INTEGER);
  scanner.at = at;
  return new IntegerNode('integer', BigInt(value), start, at);
}

/** Most operands are variables with names of ASCII letters: read in one look at each. */
function plainVariable(scanner: Scanner, first: number, allowed: Kinds): Operand | undefined {
  if (first === END) return undefined;
  const second = scanner.units[scanner.at + 1] as number;
  switch (first) {
    case Unit.dollar:
      return named(scanner, 'stream', 1, allowed);
    case Unit.percent:
      return named(scanner, 'streamMap', 1, allowed);
    case Unit.hash:
      if (second === Unit.percent) return named(scanner, 'canonMap', 2, allowed);
      return named(scanner, 'canon', second === Unit.dollar ? 2 : 1, allowed);
    default:
      if (!isLetter(first) && !(first === Unit.hyphen && isLetter(second))) return undefined;
      return named(scanner, 'scalar', 0, allowed);
  }
}

function named(scanner: Scanner, kind: VariableKind, sigil: number, allowed: Kinds): Operand | undefined {
  const { units, at: start } = scanner;
  let hash = hashed(0, units[start] as number);
  let at = start + sigil;
  let unit = units[at] as number;
  while (isNameUnit(unit)) {
    hash = hashed(hash, unit);
    unit = units[(at += 1)] as number;
  }
  if (at === start + sigil) return undefined;
  const hasLens = unit === Unit.dot;
  if (!hasLens) {
    if (!endsWord(unit)) return undefined;
    if (kind === 'scalar' && isReservedAt(scanner, start, at)) return undefined;
  }
  allow(allowed, hasLens ? withLens(kindOf(kind)) : kindOf(kind));
  const name = scanner.name(start, at, hash, allowed);
  scanner.at = at;
  if (!hasLens) return new VariableNode(kind, name, start, at) as Operand;
  const lens = lensOf(scanner.word());
  if (lens === undefined) throw GIVE_UP;
  if (lens.kind === 'path' && lens.accessors.some(isByScalar)) scanner.readsDefined = false;
  return new LensNode(kind, name, lens, start, scanner.at) as Operand;
}

/** Most words are told from reserved ones by their first letter and length. */
function isReservedAt({ text, units }: Scanner, start: number, end: number): boolean {
  const lengths = RESERVED_LENGTHS[units[start] as number] as number;
  return ((lengths >> Math.min(end - start, 31)) & 1) === 1 && isReserved(text.slice(start, end));
}

/** By first unit, a bit for each length. */
const RESERVED_LENGTHS = new Int32Array(0x100);
for (const word of RESERVED) RESERVED_LENGTHS[word.charCodeAt(0)]! |= 1 << word.length;

const isByScalar = ({ kind }: Accessor): boolean => kind === 'byScalar';

/** A word that is none of the common ones: by the same classification as the grammar's. */
function anyWord(scanner: Scanner, allowed: Kinds): Operand {
  const start = scanner.at;
  const word = classify(scanner.word());
  if (word.kind === 'keyword' || word.kind === 'mistake') throw GIVE_UP;
  const kind = kindOf(word.kind);
  allow(allowed, 'lens' in word && word.lens !== undefined ? withLens(kind) : kind);
  if ('name' in word) scanner.readsDefined = false;
  return wordNode(word, { start, end: scanner.at });
}

const STRING = kindOf('string');
const INTEGER = kindOf('integer');
const EMPTY_ARRAY = kindOf('emptyArray');

function allow(allowed: Kinds, kind: Kinds): void {
  if ((allowed & kind) === 0) throw GIVE_UP;
}
