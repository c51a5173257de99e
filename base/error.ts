/**
 * The one shape of every refusal of untrusted input: a stable code, one line of text that says what to do, and the
 * details a program may want.
 *
 * Each part of Beryl closes `Code` to its own union (`AirErrorCode`, `ParticleErrorCode`, …); all of them are explained in
 * docs/spec/errors.md, and a test checks that the two lists agree.
 */
export class BerylError<Code extends string = string> extends Error {
  override readonly name: string = 'BerylError';
  /** Stable: never renamed, never reused. */
  readonly code: Code;
  /** Facts behind the message, JSON-representable. */
  readonly details: Readonly<Record<string, unknown>>;

  /**
   * @param code    Stable code of the failure.
   * @param message One line, lower case, no final period, user input in backticks.
   * @param details JSON-representable facts; shown by `toJSON`.
   * @param options `cause`: the error that led here.
   */
  constructor(
    code: Code,
    message: string,
    details: Readonly<Record<string, unknown>> = {},
    options?: { readonly cause?: unknown },
  ) {
    super(message, options);
    this.code = code;
    this.details = details;
  }

  toJSON(): { name: string; code: Code; message: string; details: Readonly<Record<string, unknown>> } {
    return { name: this.name, code: this.code, message: this.message, details: this.details };
  }
}
