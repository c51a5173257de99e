import type { Origin } from '../../interpreter/index.ts';
import type { ExpectedOrigin, Reason } from './denial.ts';
import type { ArgumentOrigin } from './guard.ts';

/** Asks about the origin of a value. What was left out has none, and is denied. */
export function ofOne(
  { origin }: ArgumentOrigin,
  expected: ExpectedOrigin | undefined,
  ask: (origin: Origin) => Reason | undefined,
): Reason | undefined {
  return origin === undefined ? { kind: 'no-origin', ...(expected && { expected }) } : ask(origin);
}

/**
 * An argument further down, as rules see it. Only its origin is known: a rule that asks for more, which the types do not
 * allow, throws and so denies.
 */
export function furtherDown(origin: Origin | undefined): ArgumentOrigin {
  return {
    origin,
    get value(): never {
      throw unknown('value');
    },
    get valueJson(): never {
      throw unknown('valueJson');
    },
    get tetraplets(): never {
      throw unknown('tetraplets');
    },
    get elementwise(): never {
      throw unknown('elementwise');
    },
  } as ArgumentOrigin;
}

const unknown = (what: string): TypeError =>
  new TypeError(`further down only rules on origins can be asked; \`${what}\` is not known there`);
