import { canonicalJson, parseJson } from '../../interpreter/index.ts';
import type { Json, JsonValue, Origin, Tetraplet } from '../../interpreter/index.ts';
import { shown } from '../../base/options.ts';
import type { CallFacts } from '../call-context.ts';
import { DENIED_ELEMENTS_MAX } from '../limits.ts';
import { abandon } from '../promises.ts';
import type { Reason } from './denial.ts';
import { asksFurther } from './further.ts';
import { isMonitored } from './monitor.ts';

/** Where an argument came from: of the guarded call, or of a call further down. */
export interface ArgumentOrigin {
  /** All the way down; `undefined` if the argument was left out. Built when looked at. */
  readonly origin: Origin | undefined;
}

/** What a guard sees of the argument it guards. */
export interface GuardedArgument extends ArgumentOrigin {
  /** The argument's value; `undefined` if it was left out. */
  readonly value: JsonValue | undefined;
  /** The value as canonical JSON text: here `1` and `1.0` differ, which are one number in JavaScript. Built when looked at. */
  readonly valueJson: string | undefined;
  /** One tetraplet, or one per element for a whole canon stream. Empty if the argument was left out. */
  readonly tetraplets: readonly Tetraplet[];
  /** The tetraplets are those of the elements: the argument is a whole canon, which has no origin as a whole. */
  readonly elementwise: boolean;
}

/** Returns nothing to allow, or the reason to deny. A rule that throws denies. */
export interface Rule<Subject> {
  // A property and no method, so that a rule that needs more than its subject has does not pass for one that does not.
  readonly check: (subject: Subject, call: CallFacts) => Reason | undefined;
}

/** A rule on one argument of the guarded call. */
export type Guard = Rule<GuardedArgument>;

/**
 * A guard that knows the type of what it allows, because it names the answer of a service whose definition is at hand. The compiler
 * refuses it for an argument of another type. Guards that know no type fit everywhere.
 */
export type GuardOf<Value> = Guard & {
  /** For the compiler only. */
  readonly allows?: Value;
};

/**
 * A rule that reads the origin only. It is a guard like any other, and it also works further down, where values are not known:
 * see `whose`.
 */
export type OriginRule = Rule<ArgumentOrigin>;

/** A rule on the caller. Returns nothing to allow, or the reason to deny. A guard that throws denies. */
export interface CallerGuard {
  checkCaller(call: CallFacts): Reason | undefined;
}

/**
 * Allows what every guard allows. The denial names everything that is wrong, not only the first mistake.
 *
 * @throws {TypeError} Without a guard, or if an argument is not a guard.
 * @example guards: { amount: allOf(expectLiteral(), expectThat('is not positive', ({ value }) => Number(value) > 0)) }
 */
export function allOf<Subject>(...guards: readonly Rule<Subject>[]): Rule<Subject> {
  assertRules(guards, 'allOf', true);
  const rule: Rule<Subject> = {
    check(argument, call) {
      const reasons = reasonsOf(guards, argument, call);
      return reasons.length > 1 ? { kind: 'all-of', reasons } : reasons[0];
    },
  };
  return asksFurther(rule, guards);
}

/**
 * Allows what at least one guard allows.
 *
 * @throws {TypeError} Without a guard, or if an argument is not a guard.
 * @example guards: { time: anyOf(expectLiteral(), expectOrigin(hostPeer, 'peer', 'timestamp_sec', '')) }
 */
export function anyOf<Subject>(...guards: readonly Rule<Subject>[]): Rule<Subject> {
  assertRules(guards, 'anyOf');
  const rule: Rule<Subject> = {
    check(argument, call) {
      const reasons = reasonsOf(guards, argument, call);
      return reasons.length === guards.length ? { kind: 'any-of', reasons } : undefined;
    },
  };
  return asksFurther(rule, guards);
}

/**
 * Allows a whole canon stream if `guard` allows each element with its own tetraplet.
 *
 * An empty canon is denied: it has no origin. So is an array that is one value of one producer: its tetraplet describes
 * the array, not of the elements.
 *
 * @throws {TypeError} If it is given no guard.
 * @example guards: { votes: each(expectOrigin(BALLOT_PEER, 'ballot', 'vote', '.$.choice')) }
 */
export function each(guard: Guard): Guard {
  assertRules([guard], 'each');
  return {
    check(argument, call) {
      const { value, tetraplets, elementwise } = argument;
      if (tetraplets.length === 0) return { kind: 'no-origin' };
      if (!elementwise || !Array.isArray(value) || value.length !== tetraplets.length)
        return { kind: 'not-a-canon' };
      let parts: readonly Origin[] | undefined;
      let texts: readonly string[] | undefined;
      const elements: { index: number; reason: Reason }[] = [];
      let denied = 0;
      for (const [index, element] of value.entries()) {
        const tetraplet = tetraplets[index];
        const reason = guard.check(
          {
            value: element,
            tetraplets: tetraplet === undefined ? [] : [tetraplet],
            elementwise: false,
            get valueJson() {
              texts ??= elementTexts(argument.valueJson);
              return texts[index];
            },
            get origin() {
              parts ??= argument.origin?.parts ?? [];
              return parts[index];
            },
          },
          call,
        );
        if (reason === undefined) continue;
        denied += 1;
        if (denied <= DENIED_ELEMENTS_MAX) elements.push({ index, reason });
      }
      return denied === 0 ? undefined : { kind: 'each', elements, more: denied - elements.length };
    },
  };
}

const elementTexts = (arrayJson = '[]'): readonly string[] =>
  (parseJson(arrayJson) as readonly Json[]).map(element => canonicalJson(element));

/**
 * A custom guard, for rules that tetraplets alone cannot express.
 *
 * @param complaint Completes the sentence "argument `x` …" of the denial, e.g. `is not from your own address book`.
 * @param allows    Called once per call (per element inside {@link each}), synchronously. Only `true` allows.
 * @throws {TypeError} If the complaint is empty, or the predicate is missing.
 * @example guards: { amount: expectThat('is more than 100', ({ value }) => typeof value === 'number' && value <= 100) }
 */
export function expectThat(
  complaint: string,
  allows: (argument: GuardedArgument, call: CallFacts) => boolean,
): Guard {
  if (typeof complaint !== 'string' || complaint === '') {
    throw new TypeError('expectThat: say what is expected, a denial must explain itself');
  }
  if (typeof allows !== 'function') throw new TypeError('expectThat: needs a function that allows or not');
  return {
    check(argument, call) {
      const verdict: unknown = allows(argument, call);
      if (verdict === true) return undefined;
      abandon(verdict);
      return { kind: 'custom', text: complaint };
    },
  };
}

function reasonsOf<Subject>(rules: readonly Rule<Subject>[], subject: Subject, call: CallFacts): Reason[] {
  return rules.map(rule => rule.check(subject, call)).filter(reason => reason !== undefined);
}

/** @throws {TypeError} Without a rule, if an argument is not a rule, or if a monitored rule would open an alternative. */
export function assertRules(rules: readonly Rule<never>[], where: string, maybeMonitored = false): void {
  if (rules.length === 0) throw new TypeError(`${where}: needs at least one guard`);
  for (const rule of rules) {
    if (typeof rule?.check !== 'function')
      throw new TypeError(`${where}: every guard needs a check function, found ${shown(rule)}`);
    if (!maybeMonitored && isMonitored(rule))
      throw new TypeError(`${where}: monitor(…) goes around ${where}(…), not inside it`);
  }
}
