import { float, integer, INTEGER_MAX, INTEGER_MIN, JsonError, type Float } from './json.ts';

const POWERS_OF_TEN = Array.from({ length: 309 }, (_, k) => Number(`1e${k}`));
/** Fractions nearer to zero are printed with an exponent: here earlier than in JavaScript. */
export const SCIENTIFIC_BELOW = 1e-5;
const EXPONENT_MAX = 0x7fff_ffff;

/** The parts of a number as JSON writes it. */
export interface NumberText {
  readonly negative: boolean;
  readonly whole: string;
  /** Digits after the point; `undefined` without one. */
  readonly fraction: string | undefined;
  /** With its sign; `undefined` without one. */
  readonly exponent: string | undefined;
}

/**
 * The value of a number. Integers of 64 bits are exact.
 *
 * Floats are computed as AquaVM computes them, which for some inputs of 17 digits and more is one unit in the last place beside
 * the nearest double: scripts compare and hash these values, so every peer must get the same ones.
 *
 * @throws {JsonError} ERR_JSON_NUMBER if it is too large for a double.
 */
export function parseNumber({ negative, whole, fraction, exponent }: NumberText): number | bigint | Float {
  const head = accumulate(0, whole);
  let { significand } = head;
  let scale = whole.length - head.taken;
  if (fraction === undefined && exponent === undefined && scale === 0)
    return wholeNumber(negative, significand);
  if (fraction !== undefined) {
    // Digits of the whole that did not fit are not looked at again, but digits after the point may still fit.
    const tail = accumulate(significand, fraction);
    ({ significand } = tail);
    scale -= tail.taken;
  }
  if (exponent !== undefined) {
    const written = Number(exponent);
    if (Math.abs(written) > EXPONENT_MAX) {
      if (written > 0 && Number(significand) !== 0) throw outOfRange();
      return float(negative ? -0 : 0);
    }
    scale += written;
  }
  const value = scaled(Number(significand), scale);
  return float(negative ? -value : value);
}

/**
 * The value of a number that {@link printFloat} or an integer wrote: floats are the nearest double, so what was printed comes back.
 * {@link parseNumber} would change some of them again at every reading.
 */
export function parsePrintedNumber(parts: NumberText, text: string): number | bigint | Float {
  if (parts.fraction === undefined && parts.exponent === undefined) return parseNumber(parts);
  const value = Number(text);
  if (!Number.isFinite(value)) throw outOfRange();
  return float(value);
}

/** An unsigned integer of 64 bits: a number as long as that is exact. */
type Significand = number | bigint;

function wholeNumber(negative: boolean, significand: Significand): number | bigint | Float {
  if (typeof significand === 'number') {
    if (!negative) return significand;
    return significand === 0 ? float(-0) : -significand;
  }
  if (!negative) return integer(significand);
  return -significand >= INTEGER_MIN ? integer(-significand) : float(-Number(significand));
}

/** Appends as many digits as fit into 64 bits. */
function accumulate(start: Significand, digits: string): { significand: Significand; taken: number } {
  let taken = 0;
  let small = start;
  // Fifteen digits are exact as a double, so the first ones, and any number of leading zeros, are read at once.
  while (small === 0 && taken + 15 < digits.length) {
    small = Number(digits.slice(taken, taken + 15));
    taken += 15;
  }
  while (typeof small === 'number' && small < EXACT_BELOW && taken < digits.length) {
    small = small * 10 + digitAt(digits, taken++);
  }
  if (taken === digits.length) return { significand: small, taken };
  let large = BigInt(small);
  for (; taken < digits.length; taken++) {
    const next = large * 10n + BigInt(digitAt(digits, taken));
    if (next > INTEGER_MAX) break;
    large = next;
  }
  return { significand: large, taken };
}

/** Ten times less than this, and a digit, is a safe integer. */
const EXACT_BELOW = 900_000_000_000_000;

const digitAt = (digits: string, at: number): number => digits.charCodeAt(at) - 0x30;

function scaled(significand: number, exponent: number): number {
  let value = significand;
  let scale = exponent;
  while (Math.abs(scale) > 308) {
    if (value === 0) return 0;
    if (scale > 0) throw outOfRange();
    value /= 1e308;
    scale += 308;
  }
  const power = POWERS_OF_TEN[Math.abs(scale)] as number;
  const result = scale >= 0 ? value * power : value / power;
  if (!Number.isFinite(result)) throw outOfRange();
  return result;
}

/** A float as text: shortest digits that give it back, always with a fraction or an exponent, so never like an integer. */
export function printFloat(value: number): string {
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0';
  // Where JavaScript prints the same text, which it does quickly.
  if (!Number.isInteger(value) && Math.abs(value) >= SCIENTIFIC_BELOW) return String(value);
  const [mantissa, exponent] = Math.abs(value).toExponential().split('e') as [string, string];
  const digits = mantissa.replace('.', '');
  const point = Number(exponent) + 1;
  const sign = value < 0 ? '-' : '';
  return sign + place(digits, point);
}

function place(digits: string, point: number): string {
  if (digits.length <= point && point <= 16) return `${digits.padEnd(point, '0')}.0`;
  if (point > 0 && point <= 16) return `${digits.slice(0, point)}.${digits.slice(point)}`;
  if (point > -5 && point <= 0) return `0.${'0'.repeat(-point)}${digits}`;
  const rest = digits.slice(1);
  return `${digits[0]}${rest === '' ? '' : `.${rest}`}e${point - 1}`;
}

const outOfRange = (): JsonError => new JsonError('ERR_JSON_NUMBER', 'number out of range');
