import { shown, suggestion } from '../../base/options.ts';
import { isDefinition } from '../declaration.ts';
import type { ServiceDefinition } from '../define-service.ts';
import type { CallFacts } from '../call-context.ts';
import type { Reason } from './denial.ts';
import { asksFurther } from './further.ts';
import { assertRules } from './guard.ts';
import type { ArgumentOrigin, OriginRule } from './guard.ts';
import { furtherDown, ofOne } from './origin-rule.ts';

/**
 * Checks an argument of the call behind a value: the argument at this index must satisfy the rule. `from` checks which call
 * that is: `from(…, whose(0, …))`. On its own, `whose` accepts any call.
 *
 * By index, because AIR passes arguments by position and a service knows no names of another one's parameters; where the
 * definition of that service is at hand, {@link argumentIndexOf} turns a name into its index.
 *
 * @param argument Index of the argument, from 0.
 * @param rule     About the origins of that argument. `whose` itself is such a rule: `whose(0, whose(1, …))`.
 * @throws {TypeError} If the index is not an index, or the rule is not a rule.
 * @example guards: { account: from(initPeer, 'book', 'find', '.$.account', whose(0, literalOf(initPeer))) }
 */
export function whose(argument: number, rule: OriginRule): OriginRule {
  if (!Number.isSafeInteger(argument) || argument < 0)
    throw new TypeError('whose: argument must be an index from 0');
  assertRules([rule], 'whose');
  return asksFurther({
    check(subject: ArgumentOrigin, call: CallFacts): Reason | undefined {
      return ofOne(subject, undefined, origin => {
        const found = origin.tetraplet;
        if (origin.kind !== 'service') return { kind: 'no-call', found };
        if (origin.record === undefined) return { kind: 'no-record', found };
        const reason = rule.check(furtherDown(origin.arguments[argument]), call);
        return reason && { kind: 'whose', step: { argument, of: found }, reason };
      });
    },
  });
}

/**
 * The index of a named argument, for {@link whose}. It is read from this definition; a peer that runs another version of the
 * service may have another order.
 *
 * @throws {TypeError} If the service has no such function, or the function no such argument.
 * @example whose(argumentIndexOf(addressBook, 'find', 'name'), literalOf(initPeer))
 */
export function argumentIndexOf(service: ServiceDefinition, fn: string, argument: string): number {
  if (!isDefinition(service)) {
    throw new TypeError(`argumentIndexOf: expected what defineService(…) gives, found ${shown(service)}`);
  }
  const { id, functions } = service;
  const declared = functions.get(fn)?.arguments.map(({ name }) => name);
  if (declared === undefined) {
    const near = suggestion(String(fn), [...functions.keys()], '');
    throw new TypeError(`argumentIndexOf: \`${id}\` has no function \`${fn}\`${near}`);
  }
  const index = declared.indexOf(argument);
  if (index < 0) {
    const near = suggestion(String(argument), declared, '');
    throw new TypeError(`argumentIndexOf: \`${id}.${fn}\` has no argument \`${argument}\`${near}`);
  }
  return index;
}
