import type { Origin, Tetraplet } from '../../interpreter/index.ts';
import type { ExpectedOrigin, Reason } from './denial.ts';
import type { ArgumentOrigins } from './guard.ts';

/** Asks about the one origin of a value. What was left out has none, a whole canon none as a whole: both are denied. */
export function ofOne(
  { origins, elementwise }: ArgumentOrigins,
  expected: ExpectedOrigin | undefined,
  ask: (origin: Origin) => Reason | undefined,
): Reason | undefined {
  const [origin] = origins;
  if (origin === undefined) return { kind: 'no-origin', ...(expected && { expected }) };
  if (elementwise || origins.length > 1)
    return { kind: 'many-origins', count: origins.length, ...(expected && { expected }) };
  return ask(origin);
}

/** Whether a value is what a service answered, or a part of it. The error object of a failed call is no answer. */
export const isAnswer = ({ serviceId, getter }: Tetraplet): boolean =>
  serviceId !== '' && !getter.startsWith(':error:');

/**
 * An argument further down, as rules see it. Only its origins are known: a rule that asks for more, which the types do not
 * allow, throws and so denies.
 */
export function furtherDown(origins: readonly Origin[]): ArgumentOrigins {
  return {
    origins,
    elementwise: origins.length !== 1,
    get value(): never {
      throw unknown('value');
    },
    get tetraplets(): never {
      throw unknown('tetraplets');
    },
  } as ArgumentOrigins;
}

const unknown = (what: string): TypeError =>
  new TypeError(`further down only rules on origins can be asked; \`${what}\` is not known there`);
