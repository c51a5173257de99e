import type { Origin } from '../../interpreter/index.ts';
import type { ExpectedOrigin, Reason } from './denial.ts';
import type { ArgumentOrigin } from './guard.ts';

/** Checks the origin of a value. An argument that was left out has no origin and is denied. */
export function ofOne(
  { origin }: ArgumentOrigin,
  expected: ExpectedOrigin | undefined,
  ask: (origin: Origin) => Reason | undefined,
): Reason | undefined {
  return origin === undefined ? { kind: 'no-origin', ...(expected && { expected }) } : ask(origin);
}

/**
 * An argument further down, as rules see it. Only its origin is known. The types forbid rules that read more; such a rule
 * throws, and so denies.
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
