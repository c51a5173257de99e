import type { CallFacts } from '../call-context.ts';
import { closed } from './closed.ts';
import type { Reason } from './denial.ts';
import type { CallerGuard, Guard } from './guard.ts';

const MONITORED = new WeakSet<object>();

/** Reasons of monitored guards, while one guard of a call is checked. */
const NOTES = new WeakMap<CallFacts, Reason[]>();

/**
 * Tries one guard on live traffic: what it would deny is noted in the decision, and the call passes. Guards beside it decide
 * as before.
 *
 * It stands where a guard of an argument stands, or the `caller` rule, or inside {@link allOf}. Elsewhere (`anyOf`, `whose`, …) it is
 * refused: a rule that always allows would open the alternative. So is it as `caller` of a management function.
 *
 * @throws {TypeError} If it is given no guard.
 * @example guards: { token: allOf(expectOrigin(AUTH, 'auth', 'check', '.$.ok'), monitor(stricterRule)) }
 */
export function monitor(guard: Guard): Guard;
export function monitor(guard: CallerGuard): CallerGuard;
export function monitor(guard: Guard | CallerGuard): Guard | CallerGuard {
  const { check, checkCaller } = Object(guard) as Partial<Guard & CallerGuard>;
  if (typeof check !== 'function' && typeof checkCaller !== 'function') {
    throw new TypeError('monitor: needs a guard, or a caller rule such as expectInitPeer(…)');
  }
  const monitored: Guard | CallerGuard =
    'check' in guard
      ? {
          check: (argument, call) =>
            note(
              call,
              closed(() => guard.check(argument, call)),
            ),
        }
      : {
          checkCaller: call =>
            note(
              call,
              closed(() => guard.checkCaller(call)),
            ),
        };
  MONITORED.add(monitored);
  return monitored;
}

function note(call: CallFacts, reason: Reason | undefined): undefined {
  if (reason !== undefined) NOTES.get(call)?.push(reason);
}

/** A set of objects has no other values, whatever it is asked for. */
export const isMonitored = (guard: unknown): boolean => MONITORED.has(guard as object);

/** Checks, and returns beside the verdict what monitored guards had to say. */
export function withNotes<Verdict>(
  call: CallFacts,
  check: () => Verdict,
): { readonly verdict: Verdict; readonly notes: readonly Reason[] } {
  const notes: Reason[] = [];
  NOTES.set(call, notes);
  try {
    return { verdict: check(), notes };
  } finally {
    NOTES.delete(call);
  }
}
