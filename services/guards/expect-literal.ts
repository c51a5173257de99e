import { canonicalJson, fromJsonValue } from '../../interpreter/index.ts';
import type { JsonValue } from '../../interpreter/index.ts';
import type { Guard } from './guard.ts';
import { selectable, wrongSelector } from './selected-by.ts';
import type { Selectable } from './selected-by.ts';

/**
 * Checks that a value is written in the script, which the init peer signed: no other peer chose it, neither by writing it nor by
 * selecting it among other literals of the script. Peers that may select are named with `selectedBy`.
 *
 * Values are compared as canonical JSON: `1` is not `1.0`, and `0` is not `-0.0`.
 *
 * @param values If any are given, the literal must be one of them.
 * @throws {TypeError} If a value is not JSON.
 * @example guards: { currency: expectLiteral('EUR', 'CHF') }
 * @example guards: { winner: expectLiteral().selectedBy(JURY_PEER) } // a literal of the script, perhaps one that the jury picked
 */
export function expectLiteral(...values: readonly JsonValue[]): Selectable<Guard> {
  const expected = values.map(canonicalText);
  return selectable(selectors => ({
    check(argument, call) {
      const { value, origin } = argument;
      if (origin === undefined || value === undefined) return { kind: 'no-origin' };
      const { tetraplet } = origin;
      // The tetraplet alone is not enough: a value that a canon of the init peer put together has the same one.
      if (origin.kind !== 'literal' || tetraplet.peerId !== call.initPeerId)
        return { kind: 'not-literal', found: tetraplet };
      const reason = wrongSelector(origin, selectors, call);
      if (reason !== undefined) return reason;
      if (expected.length === 0) return undefined;
      const { valueJson: found = '' } = argument;
      return expected.includes(found) ? undefined : { kind: 'value', expected, found };
    },
  }));
}

function canonicalText(value: JsonValue): string {
  try {
    return canonicalJson(fromJsonValue(value, 'literal'));
  } catch (cause) {
    throw new TypeError(`expectLiteral: ${(cause as Error).message}`, { cause });
  }
}
