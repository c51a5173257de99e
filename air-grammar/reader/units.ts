import type { VariableKind } from '../word.ts';

/** Stands in {@link unitsOf} for all that is not ASCII. */
export const OTHER = 0x80;
/** Stands after the last one. */
export const END = 0xff;

const encoder = new TextEncoder();
/** Used again for every script that fits: making an array takes longer than filling it. */
const REUSED_MAX = 1024 * 1024;
let reused = new Uint8Array(16 * 1024);

/**
 * The text as an array, unit by unit. Reading that takes a fraction of the time of reading a string, since V8 looks up each time how a
 * string is stored.
 *
 * @returns Valid until the next call.
 */
export function unitsOf(text: string): Uint8Array {
  const { length } = text;
  const units = arrayOf(length + 1);
  // UTF-8 of ASCII is the text itself; of all else it is longer.
  const { read } = encoder.encodeInto(text, units.subarray(0, length));
  if (read < length) sieve(text, units);
  units[length] = END;
  return units;
}

function sieve(text: string, units: Uint8Array): void {
  for (let at = 0; at < text.length; at++) units[at] = Math.min(text.charCodeAt(at), OTHER);
}

function arrayOf(length: number): Uint8Array {
  if (length > REUSED_MAX) return new Uint8Array(length);
  if (length > reused.length) reused = new Uint8Array(Math.min(REUSED_MAX, 2 * length));
  return reused;
}

export const Unit = {
  space: 0x20,
  quote: 0x22,
  hash: 0x23,
  dollar: 0x24,
  percent: 0x25,
  leftParen: 0x28,
  rightParen: 0x29,
  hyphen: 0x2d,
  dot: 0x2e,
  zero: 0x30,
  semicolon: 0x3b,
  leftBracket: 0x5b,
  rightBracket: 0x5d,
  underscore: 0x5f,
} as const;

/** Ends a word that has no bracket in it. White space that is not ASCII also does, but is not common. */
export const endsWord = (unit: number): boolean =>
  unit === Unit.rightParen ||
  unit === Unit.space ||
  unit === Unit.rightBracket ||
  unit === END ||
  (unit >= 0x09 && unit <= 0x0d);

export const isLetter = (unit: number): boolean => {
  const lower = unit | 0x20;
  return (lower >= 0x61 && lower <= 0x7a) || unit === Unit.underscore;
};
export const isDigit = (unit: number): boolean => unit >= 0x30 && unit <= 0x39;
export const isNameUnit = (unit: number): boolean => isLetter(unit) || isDigit(unit) || unit === Unit.hyphen;

/** So many decimal digits always fit a number without loss. */
export const SAFE_DIGITS = 15;

/** How many units before the name tell the kind of a variable, by the first two of the word. */
export function sigilOf(first: number, second: number): number {
  if (first === Unit.hash) return second === Unit.percent || second === Unit.dollar ? 2 : 1;
  return first === Unit.dollar || first === Unit.percent ? 1 : 0;
}

export function kindOfSigil(first: number, second: number): VariableKind {
  switch (first) {
    case Unit.dollar:
      return 'stream';
    case Unit.percent:
      return 'streamMap';
    case Unit.hash:
      return second === Unit.percent ? 'canonMap' : 'canon';
    default:
      return 'scalar';
  }
}
