/** Thrown when Beryl itself is wrong. Never for input: input is refused with a {@link BerylError}. */
class InvariantError extends Error {
  override readonly name = 'InvariantError';
}

/** States what must hold if Beryl has no bug. Throws {@link InvariantError} otherwise. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new InvariantError(`invariant violated: ${message}`);
}

/** Makes a `switch` over a union total: the compiler refuses a missing case, the run time refuses a forged one. */
export function assertNever(value: never, what: string): never {
  throw new InvariantError(`unexpected ${what}: ${String(value)}`);
}
