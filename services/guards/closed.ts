import { abandon } from '../promises.ts';
import { messageOf, oneLine } from '../text.ts';
import type { Reason } from './denial.ts';

/**
 * Runs a check, and takes everything but a clear answer for a denial: a guard that throws, or answers what is not an answer (a promise,
 * `false`, a reason that is not JSON), has not allowed anything.
 */
export function closed(check: () => Reason | undefined): Reason | undefined {
  try {
    const reason: unknown = check();
    if (reason === undefined) return undefined;
    abandon(reason);
    // A copy: whoever keeps decisions can rely on JSON, and nothing in it changes any more.
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
