import { abandon } from '../promises.ts';
import { messageOf, oneLine } from '../text.ts';
import { formatDenial } from './denial-text.ts';
import type { Reason } from './denial.ts';

/**
 * Runs a check. Everything but a clear answer is a denial: a guard that throws, or returns something else than a verdict (a promise,
 * `false`, a reason that is not JSON or has no text), has not allowed anything.
 */
export function closed(check: () => Reason | undefined): Reason | undefined {
  try {
    const reason: unknown = check();
    if (reason === undefined) return undefined;
    abandon(reason);
    // A copy: a stored decision is JSON and does not change later.
    const copy: unknown = JSON.parse(JSON.stringify(reason));
    if (!isReason(copy))
      return { kind: 'guard-failed', message: 'it answered neither with a reason nor with undefined' };
    requireText(copy);
    return copy;
  } catch (thrown) {
    return { kind: 'guard-failed', message: oneLine(messageOf(thrown)) };
  }
}

function isReason(value: unknown): value is Reason {
  return typeof value === 'object' && value !== null && 'kind' in value;
}

/** Whoever shows the denial later, in a report or in a replay, must be able to. @throws Anything, if the reason has no text. */
function requireText(reason: Reason): void {
  formatDenial({ serviceId: '', functionName: '', arguments: [{ name: '', reason }] });
}
