import { asksFurther } from './further.ts';
import { allOf, assertRules } from './guard.ts';
import { resolveOriginPeer } from './peer-ref.ts';
import type { OriginRule } from './guard.ts';
import type { OriginPeer } from './peer-ref.ts';
import { assertOrigin } from './expect-origin.ts';
import { ofOne } from './origin-rule.ts';

/**
 * Used in place of a getter: allows the whole answer and any part of it. The author of the script then chooses the part, and may
 * let other peers choose it. Use it only for functions whose parts may be exchanged for each other.
 *
 * @example derivedOnlyFrom(literalOf(initPeer), from(hostPeer, 'rates', 'convert', anyPart))
 */
export const anyPart: unique symbol = Symbol('any part');

/**
 * Says where a value came from: it is exactly this part of the answer of one function of one service on one peer.
 *
 * On an argument it allows what `expectOrigin` allows. Unlike that it reads origins and not tetraplets, so it can also be
 * asked about what lies further down: inside `whose` and `derivedOnlyFrom`. A signed record must stand behind the value; literals,
 * what the script composed, errors, lengths of other parts and whole canons are other origins.
 *
 * @param peer    Peer that must have produced the value (base58 peer id), or `hostPeer` / `initPeer`, or the identity of a peer whose key changes.
 * @param service Service id on that peer.
 * @param fn      Function name.
 * @param getter  Path into the result, as tetraplets spell it; `''` means the whole result, {@link anyPart} whatever part.
 * @param further More rules for the same value, checked after its origin: mostly `whose`.
 * @throws {TypeError} As `expectOrigin`.
 * @spec docs/spec/call-record.md#origins
 * @example guards: { account: from(initPeer, 'book', 'find', '.$.account', whose(0, literalOf(initPeer))) }
 */
export function from(
  peer: OriginPeer,
  service: string,
  fn: string,
  getter: string | typeof anyPart,
  ...further: readonly OriginRule[]
): OriginRule {
  assertOrigin('from', peer, service, fn, getter === anyPart ? '' : getter);
  if (further.length > 0) assertRules(further, 'from');
  const rest = further.length === 0 ? undefined : allOf(...further);
  const rule: OriginRule = {
    check(subject, call) {
      const peerId = resolveOriginPeer(peer, call, subject.origin?.tetraplet.peerId);
      const expected = {
        peerId,
        serviceId: service,
        functionName: fn,
        ...(getter !== anyPart && { getter }),
      };
      return ofOne(subject, expected, origin => {
        const found = origin.tetraplet;
        const matches =
          origin.kind === 'service' &&
          found.peerId === peerId &&
          found.serviceId === service &&
          found.functionName === fn &&
          (getter === anyPart || found.getter === getter);
        if (!matches) return { kind: 'origin', expected, found };
        return origin.record === undefined ? { kind: 'no-record', found } : rest?.check(subject, call);
      });
    },
  };
  return asksFurther(rule, further);
}
