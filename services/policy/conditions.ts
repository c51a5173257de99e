import type { JsonValue } from '../../interpreter/index.ts';
import { canonicalJson, fromJsonValue } from '../../interpreter/index.ts';
import { derivedOnlyFrom } from '../guards/derived-only-from.ts';
import { expectLiteral } from '../guards/expect-literal.ts';
import { anyPart, from } from '../guards/from.ts';
import { allOf, anyOf, each } from '../guards/guard.ts';
import type { Guard, OriginRule } from '../guards/guard.ts';
import { literalOf } from '../guards/literal-of.ts';
import { hostPeer, initPeer } from '../guards/peer-ref.ts';
import type { PeerRef } from '../guards/peer-ref.ts';
import { selectedBy } from '../guards/selected-by.ts';
import { whose } from '../guards/whose.ts';
import type { ArgumentCondition, OriginCondition } from './policy-file.ts';

export const peerRef = (peer: string): PeerRef =>
  peer === 'host' ? hostPeer : peer === 'init' ? initPeer : peer;

/** The guard that a condition stands for: policies and code are checked by the same rules. */
export function guardFor(condition: ArgumentCondition): Guard {
  if ('value' in condition) return expectValue(condition.value as readonly JsonValue[]);
  if ('each' in condition) return each(guardFor(condition.each));
  if ('literal' in condition && condition.literal !== true) {
    const guard = expectLiteral(...(condition.literal as readonly JsonValue[]));
    return condition.selectedBy === undefined
      ? guard
      : guard.selectedBy(...condition.selectedBy.map(peerRef));
  }
  if ('anyOf' in condition) return anyOf(...condition.anyOf.map(guardFor));
  if ('allOf' in condition) return allOf(...condition.allOf.map(guardFor));
  return ruleFor(condition as OriginCondition);
}

function ruleFor(condition: OriginCondition): OriginRule {
  if ('from' in condition) {
    const { peer, service, function: fn, getter = '', anyPart: isAny, whose: below = {} } = condition.from;
    const further = Object.entries(below).map(([index, rule]) => whose(Number(index), ruleFor(rule)));
    return from(peerRef(peer), service, fn, isAny === true ? anyPart : getter, ...further);
  }
  if ('literal' in condition) {
    const rule = literalOf(initPeer);
    return condition.selectedBy === undefined ? rule : rule.selectedBy(...condition.selectedBy.map(peerRef));
  }
  if ('derivedOnlyFrom' in condition) {
    const rule = derivedOnlyFrom(...condition.derivedOnlyFrom.map(ruleFor));
    return condition.selectedBy === undefined ? rule : rule.selectedBy(...condition.selectedBy.map(peerRef));
  }
  if ('anyOf' in condition) return anyOf(...condition.anyOf.map(ruleFor));
  if ('allOf' in condition) return allOf(...condition.allOf.map(ruleFor));
  return selectedBy(...condition.selectedBy.map(peerRef));
}

/** One of these values, wherever it came from; compared as canonical JSON. */
function expectValue(values: readonly JsonValue[]): Guard {
  const expected = values.map(value => canonicalJson(fromJsonValue(value, 'value')));
  return {
    check({ valueJson: found }) {
      if (found === undefined) return { kind: 'no-origin' };
      return expected.includes(found) ? undefined : { kind: 'value', expected, found };
    },
  };
}
