import { z } from 'zod';
import { once } from '../../base/once.ts';

/** A JSON number as handlers see it. */
export type Numeric = number | bigint;

export const numeric = once(() => z.union([z.number(), z.bigint()]));

const MIN = -(2n ** 63n);
const MAX = 2n ** 63n - 1n;

/** Both as integers, or `undefined` if one has a fraction: then the operation is one on floats. */
export function asIntegers(x: Numeric, y: Numeric): readonly [bigint, bigint] | undefined {
  return isInteger(x) && isInteger(y) ? [BigInt(x), BigInt(y)] : undefined;
}

function isInteger(x: Numeric): boolean {
  return typeof x === 'bigint' || Number.isInteger(x);
}

/** The result if it is an integer of 64 bits with sign. */
export function i64(value: bigint): bigint | undefined {
  return value >= MIN && value <= MAX ? value : undefined;
}

/** x + y on integers of 64 bits, or on floats if one has a fraction. `undefined`: too large. */
export function add(x: Numeric, y: Numeric): Numeric | undefined {
  const integers = asIntegers(x, y);
  return integers ? i64(integers[0] + integers[1]) : finite(Number(x) + Number(y));
}

export function finite(value: number): number | undefined {
  return Number.isFinite(value) ? value : undefined;
}
