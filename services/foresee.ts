import type { Origin, Tetraplet } from '../interpreter/index.ts';
import type { CallFacts } from './call-context.ts';
import type { ServiceFunction } from './define-service.ts';
import type { Reason } from './guards/denial.ts';
import type { Guard, GuardedArgument } from './guards/guard.ts';
import { guardFor } from './policy/conditions.ts';
import type { Policy } from './policy/policy.ts';

/** An origin that an argument can have, as far as it is known before the script runs. */
export interface ForeseenOrigin {
  readonly kind: Origin['kind'];
  readonly tetraplet: Tetraplet;
}

/** Who will call whom. */
export interface ForeseenCall {
  /** The peer that runs the service. */
  readonly peerId: string;
  readonly initPeerId: string;
  readonly serviceId: string;
  readonly functionName: string;
}

/**
 * What the guard of an argument says of an origin that the argument can have, whatever its value: the reason why it refuses it, or
 * nothing if it allows it, or decides by something else that only a run shows.
 *
 * @param argument Its place among the arguments of the function, from 0.
 * @example
 * foreseeDenial(fn, 1, { kind: 'literal', tetraplet: { peerId: alice, serviceId: '', functionName: '', getter: '' } }, call)
 * // { kind: 'origin', expected: …, found: … }
 */
export function foreseeDenial(
  fn: ServiceFunction,
  argument: number,
  origin: ForeseenOrigin,
  call: ForeseenCall,
): Reason | undefined {
  const guard = fn.arguments[argument]?.guard;
  return guard && certainReason(guard, origin, call);
}

/** A rule of a policy, and why it refuses an argument. */
export interface ForeseenRule {
  readonly rule: string;
  readonly because: string | undefined;
  readonly reason: Reason;
}

/**
 * Which rules of a policy refuse an origin of an argument, whatever its value. Rules in mode `monitor` count as enforced, those that are off
 * do not count.
 *
 * @param argument Its name.
 * @example
 * foreseeRules(compilePolicy({ format: 'beryl/policy/1', rules: [] }), 'account', origin, call) // []
 */
export function foreseeRules(
  policy: Policy,
  argument: string,
  origin: ForeseenOrigin,
  call: ForeseenCall,
): ForeseenRule[] {
  return policy
    .rulesFor(call.serviceId, call.functionName)
    .flatMap(({ id, because, mode = policy.file.mode ?? 'enforce', arguments: conditions = {} }) => {
      const condition = Object.hasOwn(conditions, argument) ? conditions[argument] : undefined;
      if (mode === 'off' || condition === undefined) return [];
      const reason = certainReason(guardFor(condition), origin, call);
      return reason === undefined ? [] : [{ rule: id, because, reason }];
    });
}

function certainReason(guard: Guard, origin: ForeseenOrigin, call: ForeseenCall): Reason | undefined {
  try {
    const reason = guard.check(argumentOf(origin), factsOf(call));
    return reason !== undefined && isCertain(reason) ? reason : undefined;
  } catch {
    return undefined;
  }
}

class OnlyKnownAtRunTime extends Error {}

const unknown = (): never => {
  throw new OnlyKnownAtRunTime('only known at run time');
};

/** Shows the direct origin; what else a guard asks for is not known. A guard that asks is one that throws, and says nothing for certain. */
function argumentOf({ kind, tetraplet }: ForeseenOrigin): GuardedArgument {
  const origin = {
    kind,
    tetraplet,
    get record(): string | undefined {
      return unknown();
    },
    get arguments(): readonly Origin[] {
      return unknown();
    },
    get parts(): readonly Origin[] {
      return unknown();
    },
    get selectors(): readonly string[] {
      return unknown();
    },
  };
  return {
    origin,
    tetraplets: [tetraplet],
    elementwise: false,
    get value() {
      return unknown();
    },
    get valueJson() {
      return unknown();
    },
  };
}

const factsOf = (call: ForeseenCall): CallFacts => ({
  ...call,
  get particleId() {
    return unknown();
  },
  get timestamp() {
    return unknown();
  },
  get ttl() {
    return unknown();
  },
  now: unknown,
});

/** Whether a reason is about the direct origin alone, so that every value of this origin is refused. */
function isCertain(reason: Reason): boolean {
  switch (reason.kind) {
    case 'origin':
    case 'no-origin':
    case 'not-literal':
    case 'no-call':
    case 'not-a-canon':
      return true;
    case 'all-of':
      return reason.reasons.some(isCertain);
    case 'any-of':
      return reason.reasons.every(isCertain);
    default:
      return false;
  }
}
