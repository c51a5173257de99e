import { equalJson, fromJsonValue } from '../../interpreter/index.ts';
import type { JsonValue, Tetraplet } from '../../interpreter/index.ts';
import type { CallFacts } from '../call-context.ts';
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
    check({ value, tetraplets }, call) {
      const [found, another] = tetraplets;
      if (found === undefined || value === undefined) return { kind: 'no-origin' };
      if (another !== undefined) return { kind: 'many-origins', count: tetraplets.length };
      if (!isLiteral(found, call)) return { kind: 'not-literal', found };
      if (allowed.length === 0) return undefined;
      const json = fromJsonValue(value, 'argument');
      return allowed.some(one => equalJson(one, json))
        ? undefined
        : { kind: 'value', expected: values, found: value };
    },
  };
}

export function isLiteral(tetraplet: Tetraplet, call: CallFacts): boolean {
  const { peerId, serviceId, functionName, getter } = tetraplet;
  return peerId === call.initPeerId && serviceId === '' && functionName === '' && getter === '';
}
