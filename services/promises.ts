import { PROMISE_SEARCH_MAX } from './limits.ts';

/** A promise of this realm, of another one, or of a library. Reading `then` may throw. */
export function isThenable(value: unknown): boolean {
  const isObject = (typeof value === 'object' && value !== null) || typeof value === 'function';
  return isObject && typeof (value as { then?: unknown }).then === 'function';
}

const isPromise = (value: unknown): value is Promise<unknown> =>
  value instanceof Promise && value.constructor === Promise;

/**
 * What to `await` instead of a value that anybody made: a promise, or something that is not a thenable. The engine follows a thenable for ever
 * that resolves to itself, and no timer runs meanwhile; here a thenable that is not a promise has one step.
 *
 * Cannot help against an `async` function that returns such a thenable: the engine itself follows it.
 *
 * @throws What reading `then` throws.
 */
export function followed(value: unknown): unknown {
  if (isPromise(value) || !isThenable(value)) return value;
  return new Promise((resolve, reject) => {
    const step = (result: unknown): void => {
      try {
        if (isPromise(result)) Promise.prototype.then.call(result, resolve, reject);
        else if (isThenable(result)) reject(new TypeError(ENDLESS));
        else resolve(result);
      } catch (thrown) {
        reject(thrown as Error);
      }
    };
    (value as PromiseLike<unknown>).then(step, reject);
  });
}

const ENDLESS = 'a thenable that is not a promise gave another one: answer with a promise, or with the value';

/**
 * Drops a value that may be a promise: if it rejects later, no other code handles it, and an unhandled rejection
 * ends a Node process. Never throws.
 */
export function abandon(value: unknown): void {
  try {
    const promise = followed(value);
    if (isPromise(promise)) Promise.prototype.then.call(promise, undefined, () => undefined);
  } catch {
    // A value whose `then` throws is not a promise.
  }
}

/**
 * Looks for forgotten promises in an answer, and abandons those that it finds.
 *
 * @returns The path of the first one (`a.b`, `list.[0]`), `''` for the value itself, `undefined` if there is none.
 */
export function findPromise(answer: unknown): string | undefined {
  const seen = new Set<unknown>([answer]);
  const queue: { value: unknown; path: string }[] = [{ value: answer, path: '' }];
  let found: string | undefined;
  for (const { value, path } of queue) {
    if (typeof value !== 'object' || value === null) continue;
    try {
      if (isThenable(value)) {
        found ??= path;
        abandon(value);
        continue;
      }
      for (const [key, member] of membersOf(value)) {
        if (seen.has(member) || seen.size > PROMISE_SEARCH_MAX) continue;
        if (typeof member === 'object') seen.add(member);
        const step = Array.isArray(value) ? `[${key}]` : String(key);
        queue.push({ value: member, path: path === '' ? step : `${path}.${step}` });
      }
    } catch {
      // An unreadable value is not an answer; the check for JSON reports it.
    }
  }
  return found;
}

/** What holds promises out of sight, too: collections, and the cause of an error. */
function membersOf(value: object): Iterable<[number | string, unknown]> {
  if (value instanceof Map || value instanceof Set) return [...value.values()].entries();
  if (value instanceof Error) return [...Object.entries(value), ['cause', value.cause]];
  return Object.entries(value);
}
