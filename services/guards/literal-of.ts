import { assertPeerRef, resolvePeer } from './guard.ts';
import type { OriginRule, PeerRef } from './guard.ts';
import { ofOne } from './origin-rule.ts';

/**
 * Says that a value is written in the script that this peer started, and so signed. Nobody else chose it.
 *
 * What a script loads from its own init peer is the answer of a call, not a literal: say `from(initPeer, …)`.
 *
 * @param peer A peer id (base58), `initPeer` for whoever asks, or `hostPeer`. A script has literals of its init peer only.
 * @throws {TypeError} If the peer is empty.
 */
export function literalOf(peer: PeerRef): OriginRule {
  assertPeerRef(peer, 'literalOf');
  return {
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
        return literal ? undefined : { kind: 'not-literal', found, of };
      });
    },
  };
}
