import { bitOf, withLens, type Kinds } from '../kinds.ts';
import type { Use } from '../table.ts';
import { classify, lensOf } from '../word.ts';
import { hashed } from './names.ts';
import { GIVE_UP, type Scanner } from './scanner.ts';
import { endsWord, isDigit, isLetter, isNameUnit, kindOfSigil, SAFE_DIGITS, sigilOf, Unit } from './units.ts';

/**
 * Moves over the operand that comes next, if it is of an allowed kind.
 *
 * @param use What the instruction uses its variable for. For the scalars that its lens names: they are read where it is.
 * @returns Its kind.
 */
export function scanOperand(scanner: Scanner, allowed: Kinds, use: Use): Kinds {
  scanner.beginOperand();
  const unit = scanner.peek();
  let kind: Kinds;
  if (unit === Unit.quote) kind = string(scanner);
  else if (unit === Unit.leftBracket) kind = emptyArray(scanner);
  else if (isDigit(unit)) kind = plainInteger(scanner) || anyWord(scanner);
  else kind = plainVariable(scanner, unit, use) || anyWord(scanner);
  if (kind === INTEGER && (allowed & (INTEGER | FAILURE)) === FAILURE) {
    if (scanner.peek() !== Unit.quote) throw GIVE_UP;
    string(scanner);
    return FAILURE;
  }
  if ((allowed & kind) === 0) throw GIVE_UP;
  return kind;
}

function string(scanner: Scanner): Kinds {
  const end = scanner.text.indexOf('"', scanner.at + 1);
  if (end === -1) throw GIVE_UP;
  scanner.at = end + 1;
  return STRING;
}

function emptyArray(scanner: Scanner): Kinds {
  scanner.take(Unit.leftBracket);
  scanner.take(Unit.rightBracket);
  return EMPTY_ARRAY;
}

function plainInteger(scanner: Scanner): Kinds {
  const { units, at: start } = scanner;
  let at = start;
  while (isDigit(units[at] as number)) at += 1;
  if (at - start > SAFE_DIGITS || !endsWord(units[at] as number)) return 0;
  scanner.at = at;
  return INTEGER;
}

/** Most operands are variables with names of ASCII letters: read in one look at each. */
function plainVariable(scanner: Scanner, first: number, use: Use): Kinds {
  const { units, at: start } = scanner;
  const second = units[start + 1] as number;
  const sigil = sigilOf(first, second);
  if (sigil === 0 && !isLetter(first) && !(first === Unit.hyphen && isLetter(second))) return 0;
  const kind = bitOf(kindOfSigil(first, second));
  let hash = hashed(0, units[start] as number);
  let at = start + sigil;
  let unit = units[at] as number;
  while (isNameUnit(unit)) {
    hash = hashed(hash, unit);
    unit = units[(at += 1)] as number;
  }
  if (at === start + sigil) return 0;
  const hasLens = unit === Unit.dot;
  if (!hasLens) {
    if (!endsWord(unit)) return 0;
    if (kind === SCALAR && scanner.isReserved(start, at)) return 0;
  }
  scanner.named(start, at, hash);
  scanner.at = at;
  if (!hasLens) return kind;
  lens(scanner, use);
  return withLens(kind);
}

function lens(scanner: Scanner, use: Use): void {
  const start = scanner.at;
  const found = lensOf(scanner.word());
  if (found === undefined) throw GIVE_UP;
  if (found.kind === 'length') return;
  for (const accessor of found.accessors) {
    if (accessor.kind !== 'byScalar') continue;
    const at = scanner.text.indexOf(`[${accessor.name}]`, start) + 1;
    scanner.keyedBy(at, at + accessor.name.length, use);
  }
}

/** Any other word: classified as the grammar does. */
function anyWord(scanner: Scanner): Kinds {
  const word = classify(scanner.word(), scanner.language.states);
  if (word.kind === 'keyword' || word.kind === 'mistake') throw GIVE_UP;
  if ('name' in word) scanner.namedOtherwise();
  const kind = bitOf(word.kind);
  return 'lens' in word && word.lens !== undefined ? withLens(kind) : kind;
}

const STRING = bitOf('string');
const INTEGER = bitOf('integer');
const EMPTY_ARRAY = bitOf('emptyArray');
const FAILURE = bitOf('failure');
const SCALAR = bitOf('scalar');
