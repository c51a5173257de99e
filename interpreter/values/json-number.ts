import { float, integer, INTEGER_MAX, INTEGER_MIN, JsonError, type Float } from './json.ts';

/** Fractions nearer to zero are printed with an exponent: here earlier than in JavaScript. */
export const SCIENTIFIC_BELOW = 1e-5;

/** Digits and sign of which every integer is exact as a double. */
const SHORT = 15;
/** Digits and sign of the longest integer of 64 bits. */
const LONG = 20;

/**
 * The value of a number: integers of 64 bits exactly, whatever else as the nearest double. AquaVM's reading of a float can be one unit in
 * the last place beside it (docs/deviations.md, `DOUBLES`).
 *
 * @param text      A number as JSON writes it.
 * @param isInteger Neither a fraction nor an exponent.
 * @throws {JsonError} ERR_JSON_NUMBER if it is too large for a double.
 */
export function parseNumber(text: string, isInteger: boolean): number | bigint | Float {
  if (!isInteger || text === '-0') return nearest(text);
  if (text.length <= SHORT) return Number(text);
  if (text.length > LONG) return nearest(text);
  const exact = BigInt(text);
  return exact < INTEGER_MIN || exact > INTEGER_MAX ? nearest(text) : integer(exact);
}

function nearest(text: string): number | Float {
  const value = Number(text);
  if (!Number.isFinite(value)) throw new JsonError('ERR_JSON_NUMBER', 'number out of range');
  return float(value);
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
