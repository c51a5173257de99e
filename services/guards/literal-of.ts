import type { Selectable } from './selected-by.ts';
import { selectable, wrongSelector } from './selected-by.ts';
import { assertPeerRef, resolvePeer } from './peer-ref.ts';
import type { OriginRule } from './guard.ts';
import type { PeerRef } from './peer-ref.ts';
import { ofOne } from './origin-rule.ts';

/**
 * Says that a value is written in the script that this peer started, and so signed. No other peer chose it: not by writing it, and
 * not by selecting it among other literals of the script. Peers that may select are named with `selectedBy`.
 *
 * What a script loads from its own init peer is the answer of a call, not a literal: use `from(initPeer, …)`.
 *
 * @param peer A peer id (base58), `initPeer` for the init peer of each call, or `hostPeer`. A script has literals of its init peer only.
 * @throws {TypeError} If `peer` is not a peer id.
 * @example guards: { account: whose(0, literalOf(initPeer)) }
 * @example literalOf(initPeer).selectedBy(hostPeer) // a literal of the script, perhaps one that this peer picked
 */
export function literalOf(peer: PeerRef): Selectable<OriginRule> {
  assertPeerRef(peer, 'literalOf');
  return selectable(selectors => ({
    check(subject, call) {
      const of = resolvePeer(peer, call);
      return ofOne(subject, undefined, origin => {
        const found = origin.tetraplet;
        const literal =
          of === call.initPeerId &&
          origin.kind === 'literal' &&
          found.peerId === of &&
          origin.record === undefined &&
          origin.arguments.length === 0;
        return literal ? wrongSelector(origin, selectors, call) : { kind: 'not-literal', found, of };
      });
    },
  }));
}
