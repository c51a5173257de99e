import { canonicalJson, fromJsonValue, toJsonValue } from '../interpreter/index.ts';
import type { JsonValue } from '../interpreter/index.ts';
import { shown } from '../base/options.ts';
import { abandon } from './promises.ts';
import { messageOf, oneLine } from './text.ts';

/** A function's answer. */
export class Ok {
  readonly value: unknown;

  constructor(value: unknown) {
    this.value = value;
  }
}

/** A function's answer as JSON text, where JavaScript numbers would lose something (`1.0`). */
export class OkJson {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** A function's refusal, as the handler gave it: dispatch turns it into text and JSON. */
export class Fail {
  readonly reason: unknown;
  readonly details: unknown;

  constructor(reason: unknown, details: unknown) {
    this.reason = reason;
    this.details = details;
  }

  /** What the script sees. Never throws, whatever the reason is. */
  get text(): string {
    const { reason } = this;
    if (typeof reason === 'string') return reason;
    if (reason === undefined || reason === null) return 'the function failed without a reason';
    try {
      if (typeof (reason as { message?: unknown }).message !== 'string')
        return canonicalJson(fromJsonValue(reason, 'reason'));
    } catch {
      // No JSON: as text, then.
    }
    return messageOf(reason);
  }

  /** For the recorder of this peer. Details that are not JSON are left out, and their place says so. */
  get json(): JsonValue {
    try {
      return toJsonValue(fromJsonValue(this.details, 'details'));
    } catch (thrown) {
      return `left out: ${oneLine(messageOf(thrown))}`;
    }
  }
}

/**
 * Whether this is what `fail(…)` gives. Never throws: what a handler gives may be a proxy that does.
 *
 * @example
 * isFail(fail('no such user')); // true
 */
export function isFail(value: unknown): value is Fail {
  try {
    return value instanceof Fail;
  } catch {
    return false;
  }
}

/**
 * Ends a function with an answer. Returning the value itself does the same; `ok` is for readers.
 *
 * @param value JSON, or `undefined` for `null`. Anything else (`NaN`, cycles, class instances, `undefined` inside) fails the
 *   call with the path of the culprit: an answer is never mangled silently.
 * @example handler: ({ a, b }) => ok(a + b)
 */
export function ok(value?: unknown): Ok {
  return new Ok(value);
}

/**
 * Ends a function with an answer given as JSON text, kept lossless: `1.0` stays `1.0`.
 *
 * @param text One JSON value. Text that is not JSON fails the call.
 * @throws {TypeError} If `text` is not a string: a handler that throws it fails the call with this message.
 * @example handler: () => okJson('1.0') // `return 1.0` would answer with the integer 1
 */
export function okJson(text: string): OkJson {
  if (typeof text !== 'string') {
    abandon(text);
    throw new TypeError(
      `okJson takes JSON as text, found ${shown(text)}; return the value itself, or write okJson('5') for 5`,
    );
  }
  return new OkJson(text);
}

/**
 * Ends a function with a refusal: an ordinary outcome, which the script can catch with `xor`. State is left as it was. Return it, or
 * throw it from deep inside: both are the same.
 *
 * @param reason  What the script sees, with retCode 1: a text, or an error, whose message it sees. Anything else is shown as JSON
 *   where it is JSON, else as text.
 * @param details For the recorder of this peer; never sent. JSON.
 * @example if (stock === 0) return fail('sold out', { item });
 * @example catch (error) { return fail(error); } // the script sees the message of the error, and nothing else of it
 */
export function fail(reason?: unknown, details: JsonValue = null): Fail {
  return new Fail(reason, details);
}
