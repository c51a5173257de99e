import { shown } from '../../base/options.ts';
import { publicKeyOfPeerId } from '../../interpreter/index.ts';
import type { CallFacts } from '../call-context.ts';

/**
 * Stands for the peer that runs the service. A symbol, so that no peer id sent by a stranger can equal it.
 *
 * @example expectOrigin(hostPeer, 'peer', 'timestamp_sec', '') // the trusted clock
 */
export const hostPeer: unique symbol = Symbol('host peer');

/**
 * Stands for the peer that started the particle.
 *
 * @example from(initPeer, 'address-book', 'find', '.$.account')
 */
export const initPeer: unique symbol = Symbol('init peer');

/** A peer id (base58), or a peer by its part in the call. */
export type PeerRef = string | typeof hostPeer | typeof initPeer;

export function resolvePeer(peer: PeerRef, call: CallFacts): string {
  if (peer === hostPeer) return call.peerId;
  if (peer === initPeer) return call.initPeerId;
  return peer;
}

/** @throws {TypeError} If the peer is neither a peer id nor one of the two tokens: such a rule could never match. */
export function assertPeerRef(peer: PeerRef, where: string): void {
  if (peer === hostPeer || peer === initPeer) return;
  if (typeof peer === 'string' && publicKeyOfPeerId(peer) !== undefined) return;
  throw new TypeError(
    `${where}: peer must be a peer id (12D3Koo…, 52 characters), hostPeer or initPeer, found ${shown(peer)}`,
  );
}
