import { float, integer, INTEGER_MAX, INTEGER_MIN, JsonError, type Float } from './json.ts';

const POWERS_OF_TEN = Array.from({ length: 309 }, (_, k) => Number(`1e${k}`));
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
  let { significand, taken } = accumulate(0n, whole);
  let scale = whole.length - taken;
  if (fraction === undefined && exponent === undefined && scale === 0) {
    if (!negative) return integer(significand);
    if (significand === 0n) return float(-0);
    return -significand >= INTEGER_MIN ? integer(-significand) : float(-Number(significand));
  }
  if (fraction !== undefined) {
    if (scale === 0) {
      ({ significand, taken } = accumulate(significand, fraction));
      scale -= taken;
    }
  }
  if (exponent !== undefined) {
    const written = Number(exponent);
    if (Math.abs(written) > EXPONENT_MAX) {
      if (written > 0 && significand !== 0n) throw outOfRange();
      return float(negative ? -0 : 0);
    }
    scale += written;
  }
  const value = scaled(Number(significand), scale);
  return float(negative ? -value : value);
}

/** Takes as many digits as fit into 64 bits. */
function accumulate(start: bigint, digits: string): { significand: bigint; taken: number } {
  // 15 digits at a time stay exact as a double; the last ones go one by one, up to the overflow.
  let significand = start;
  let taken = 0;
  while (taken + 15 <= digits.length && significand < 10_000n) {
    significand = significand * 10n ** 15n + BigInt(digits.slice(taken, taken + 15));
    taken += 15;
  }
  for (; taken < digits.length; taken++) {
    const next = significand * 10n + BigInt(digits[taken] as string);
    if (next > INTEGER_MAX) break;
    significand = next;
  }
  return { significand, taken };
}

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
