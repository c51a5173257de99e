import { equalJson, fromJsonValue } from '../../interpreter/index.ts';
import type { JsonValue } from '../../interpreter/index.ts';
import type { Guard } from './guard.ts';

/**
 * Checks that a value is written in the script, or handed to it by the init peer as one of its own constants: the init peer
 * signed the script, so nobody else chose the value.
 *
 * @param values If any are given, the literal must be one of them.
 */
export function expectLiteral(...values: readonly JsonValue[]): Guard {
  const allowed = values.map(value => fromJsonValue(value, 'literal'));
  return {
    check({ value, origin }, call) {
      if (origin === undefined || value === undefined) return { kind: 'no-origin' };
      const found = origin.tetraplet;
      // The tetraplet alone does not tell: what a canon of the init peer put together has the same.
      if (origin.kind !== 'literal' || found.peerId !== call.initPeerId)
        return { kind: 'not-literal', found };
      if (allowed.length === 0) return undefined;
      const json = fromJsonValue(value, 'argument');
      return allowed.some(one => equalJson(one, json))
        ? undefined
        : { kind: 'value', expected: values, found: value };
    },
  };
}
