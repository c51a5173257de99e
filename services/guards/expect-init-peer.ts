import { assertPeerRef, resolvePeer } from './peer-ref.ts';
import type { CallerGuard } from './guard.ts';
import type { PeerRef } from './peer-ref.ts';

/**
 * Checks who started the particle. The init peer signed the script, so no carrier can change the caller. It did
 * not sign the data: this guard checks the caller only. Arguments need guards of their own.
 *
 * @param peers The peers that may call; `hostPeer` for "only this peer itself".
 * @throws {TypeError} If no peer is given, or an empty one.
 * @example caller: expectInitPeer(hostPeer)
 */
export function expectInitPeer(...peers: readonly PeerRef[]): CallerGuard {
  if (peers.length === 0) throw new TypeError('expectInitPeer: name at least one peer');
  for (const peer of peers) assertPeerRef(peer, 'expectInitPeer');
  return {
    checkCaller(call) {
      const expected = peers.map(peer => resolvePeer(peer, call));
      return expected.includes(call.initPeerId)
        ? undefined
        : { kind: 'caller', expected, found: call.initPeerId };
    },
  };
}
