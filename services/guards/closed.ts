import { abandon } from '../promises.ts';
import { messageOf, oneLine } from '../text.ts';
import type { Reason } from './denial.ts';

/**
 * Runs a check. Everything but a clear answer is a denial: a guard that throws, or returns something else than a verdict (a promise,
 * `false`, a reason that is not JSON), has not allowed anything.
 */
export function closed(check: () => Reason | undefined): Reason | undefined {
  try {
    const reason: unknown = check();
    if (reason === undefined) return undefined;
    abandon(reason);
    // A copy: a stored decision is JSON and does not change later.
    const copy: unknown = JSON.parse(JSON.stringify(reason));
    if (isReason(copy)) return copy;
    return { kind: 'guard-failed', message: 'it answered neither with a reason nor with undefined' };
  } catch (thrown) {
    return { kind: 'guard-failed', message: oneLine(messageOf(thrown)) };
  }
}

function isReason(value: unknown): value is Reason {
  return typeof value === 'object' && value !== null && 'kind' in value;
}
