import { equalJson, parseJson, type JsonValue } from '../interpreter/index.ts';
import { formatDenial, type CallDecision, type Denial, type NameOf } from '../services/index.ts';

/** The decision in words, with the whole explanation: for messages of tests. */
export function explain(decision: CallDecision, nameOf?: NameOf): string {
  const { kind, stage } = decision;
  const head = `${kind} (${stage}${'code' in decision ? `, ${decision.code}` : ''})`;
  if (kind === 'served') return `${head}: ${resultOf(decision)}`;
  return `${head}\n${kind === 'denied' ? formatDenial(decision.denial, nameOf) : decision.text}`;
}

/** @throws {AssertionError} If the call was not denied. @returns The explanation, as a tree. */
export function denialOf(decision: CallDecision): Denial {
  if (decision.kind === 'denied') return decision.denial;
  throw failed(`expected a denial, found ${explain(decision)}`);
}

/**
 * The call was denied, with this text: all of it, or what a pattern finds.
 *
 * @param nameOf Names for peers in the text; the text is that of the operator.
 * @throws {AssertionError} With the whole explanation.
 * @example assertDenied(decision, /argument `is_admin` has the wrong origin/)
 */
export function assertDenied(decision: CallDecision, text?: string | RegExp, nameOf?: NameOf): void {
  const found = formatDenial(denialOf(decision), nameOf);
  const fits = text === undefined || (typeof text === 'string' ? found === text : text.test(found));
  if (!fits) throw failed(`expected the denial\n${String(text)}\nfound\n${found}`, text, found);
}

/** The call was served. With a value: with this answer, compared as JSON. @throws {AssertionError} */
export function assertServed(decision: CallDecision, ...value: readonly [value?: JsonValue]): void {
  if (decision.kind !== 'served') throw failed(`expected an answer, found ${explain(decision)}`);
  if (value.length === 0) return;
  const found = resultOf(decision);
  const expected = JSON.stringify(value[0] ?? null);
  if (!equalJson(parseJson(found), parseJson(expected)))
    throw failed(`expected the answer ${expected}, found ${found}`, expected, found);
}

/** The call failed or was refused with this code, such as `ERR_CALL_ARGUMENTS`. @throws {AssertionError} */
export function assertFailed(decision: CallDecision, code: string): void {
  const found = 'code' in decision ? decision.code : 'served';
  if (found !== code) throw failed(`expected ${code}, found ${explain(decision)}`, code, found);
}

/**
 * The same as matchers: `expect.extend(matchers)` in vitest gives `toBeServed(value)`, `toBeDenied(text)`, `toFailWith(code)`.
 *
 * @example expect(await as(MALLORY)('blogSrv', 'add_post', ['hi', true])).toBeDenied(/is not a literal|wrong origin/)
 */
export const matchers = {
  toBeServed: (decision: CallDecision, ...value: readonly [JsonValue?]) =>
    matched(decision, () => assertServed(decision, ...value)),
  toBeDenied: (decision: CallDecision, text?: string | RegExp) =>
    matched(decision, () => assertDenied(decision, text)),
  toFailWith: (decision: CallDecision, code: string) => matched(decision, () => assertFailed(decision, code)),
};

function matched(decision: CallDecision, check: () => void): { readonly pass: boolean; message(): string } {
  try {
    check();
    return { pass: true, message: () => `expected otherwise, found ${explain(decision)}` };
  } catch (failure) {
    return { pass: false, message: () => (failure as Error).message };
  }
}

/** What runners of tests show as a failed assertion, with both sides. */
class AssertionError extends Error {
  override readonly name = 'AssertionError';
  readonly actual: unknown;
  readonly expected: unknown;

  constructor(message: string, expected?: unknown, actual?: unknown) {
    super(message);
    this.expected = expected;
    this.actual = actual;
  }
}

const failed = (message: string, expected?: unknown, actual?: unknown): AssertionError =>
  new AssertionError(message, expected, actual);

function resultOf({ result }: CallDecision): string {
  return 'resultJson' in result ? result.resultJson : JSON.stringify(result.result);
}
