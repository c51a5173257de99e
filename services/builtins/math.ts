import { defineService } from '../define-service.ts';
import type { ServiceDefinition } from '../define-service.ts';
import { fail } from '../result.ts';
import type { Fail } from '../result.ts';
import { add, asIntegers, finite, i64, numeric } from './integers.ts';
import type { Numeric } from './integers.ts';

/** One operation in its two readings; `undefined` is overflow, which includes division by zero. */
interface Operation {
  readonly name: string;
  integers(x: bigint, y: bigint): bigint | undefined;
  floats(x: number, y: number): number | undefined;
}

const OPERATIONS: readonly Operation[] = [
  { name: 'mul', integers: (x, y) => i64(x * y), floats: (x, y) => finite(x * y) },
  {
    name: 'fmul',
    integers: (x, y) => i64(x * y),
    floats: (x, y) => finite(Math.floor(x * y)),
  },
  {
    name: 'div',
    integers: (x, y) => (y === 0n ? undefined : i64(x / y)),
    floats: (x, y) => finite(Math.trunc(x / y)),
  },
  {
    name: 'rem',
    integers: (x, y) => (y === 0n ? undefined : x % y),
    floats: (x, y) => finite(x % y),
  },
  { name: 'pow', integers: power, floats: (x, y) => finite(x ** y) },
  {
    name: 'log',
    integers: logarithm,
    floats: (x, y) => finite(Math.floor(Math.log(y) / Math.log(x))),
  },
];

/**
 * `math`: integers of 64 bits with sign, division towards zero, overflow and division by zero are failures. A number with a
 * fraction makes the operation one on floats. One meaning on every peer.
 */
export function math(): ServiceDefinition<undefined> {
  const binary = (compute: (x: Numeric, y: Numeric) => Numeric | Fail) => ({
    arguments: { x: numeric(), y: numeric() },
    guards: {},
    handler: ({ x, y }: { readonly x: Numeric; readonly y: Numeric }) => compute(x, y),
  });
  const table = OPERATIONS.map(operation => {
    const { name } = operation;
    return [name, binary((x, y) => apply(operation, x, y) ?? fail(`i64 ${name} overflow`))] as const;
  });
  return defineService({
    id: 'math',
    functions: {
      add: binary((x, y) => add(x, y) ?? fail('i64 add overflow')),
      sub: binary(subtract),
      ...Object.fromEntries(table),
    },
  });
}

/** x + (−y), and the failures of both steps, as other peers tell them. */
function subtract(x: Numeric, y: Numeric): Numeric | Fail {
  const negative = typeof y === 'bigint' ? i64(-y) : -y;
  if (negative === undefined) return fail('i64 neg overflow');
  return add(x, negative) ?? fail('i64 add overflow');
}

function apply({ integers, floats }: Operation, x: Numeric, y: Numeric): Numeric | undefined {
  const exact = asIntegers(x, y);
  return exact ? integers(...exact) : floats(Number(x), Number(y));
}

/** Bounded before it computes: no exponent makes a number of more than 64 · 63 bits. */
function power(x: bigint, y: bigint): bigint | undefined {
  if (y < 0n) return undefined;
  if (x >= -1n && x <= 1n) return x ** (y % 2n === 0n && y > 0n ? 2n : y > 0n ? 1n : 0n);
  return y > 63n ? undefined : i64(x ** y);
}

/** The largest e with baseᵉ ≤ y. */
function logarithm(base: bigint, y: bigint): bigint | undefined {
  if (base < 2n || y < 1n) return undefined;
  let exponent = 0n;
  for (let rest = y / base; rest > 0n; rest /= base) exponent += 1n;
  return exponent;
}
