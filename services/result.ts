import type { JsonValue } from '../interpreter/index.ts';

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

/** A function's refusal. */
export class Fail {
  readonly message: string;
  readonly details: JsonValue;

  constructor(message: string, details: JsonValue) {
    this.message = message;
    this.details = details;
  }
}

/**
 * Ends a function with an answer. Returning the value itself does the same; `ok` is for readers.
 *
 * @param value JSON, or `undefined` for `null`. Anything else (`NaN`, cycles, class instances, `undefined` inside) fails the
 *   call with the path of the culprit: an answer is never mangled silently.
 */
export function ok(value?: unknown): Ok {
  return new Ok(value);
}

/**
 * Ends a function with an answer given as JSON text, kept lossless: `1.0` stays `1.0`.
 *
 * @param text One JSON value. Text that is not JSON fails the call.
 */
export function okJson(text: string): OkJson {
  return new OkJson(text);
}

/**
 * Ends a function with a refusal: an ordinary outcome, which the script can catch with `xor`. State is left as it was.
 *
 * @param message What the script sees, with retCode 1.
 * @param details For the recorder of this peer; never sent.
 */
export function fail(message: string, details: JsonValue = null): Fail {
  return new Fail(message, details);
}
