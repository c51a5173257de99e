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

/**
 * The stable name of a peer, through all its keys. `IdentityBook.follow` of `beryl/peer` gives one.
 *
 * @example expectOrigin(book.follow(authName), 'authSrv', 'get_status', '.$.is_admin')
 */
export interface PeerIdentity {
  /** The peer id of its first key. */
  readonly name: string;
  /** The key that signs now; `undefined` while the name is not known, or has two histories. */
  readonly current: string | undefined;
  /** Whether the key is the current one, or an earlier one that was not revoked. */
  accepts(peerId: string): boolean;
}

/** What may name the peer of an origin. */
export type OriginPeer = PeerRef | PeerIdentity;

export function resolvePeer(peer: PeerRef, call: CallFacts): string {
  if (peer === hostPeer) return call.peerId;
  if (peer === initPeer) return call.initPeerId;
  return peer;
}

/** The peer id that an origin must have. @param found The one that it has: any accepted key of an identity will do. */
export function resolveOriginPeer(peer: OriginPeer, call: CallFacts, found: string | undefined): string {
  if (!isIdentity(peer)) return resolvePeer(peer, call);
  if (found !== undefined && peer.accepts(found)) return found;
  const { current, name } = peer;
  // The name is the first key, which may be revoked: what is refused must not be shown as what is expected.
  return current !== undefined && current !== found ? current : `a key of ${name}`;
}

export const isIdentity = (peer: unknown): peer is PeerIdentity =>
  typeof peer === 'object' && peer !== null && typeof (peer as PeerIdentity).accepts === 'function';

/** @throws {TypeError} As {@link assertPeerRef}; an identity needs a peer id as its name. */
export function assertOriginPeer(peer: OriginPeer, where: string): void {
  assertPeerRef(isIdentity(peer) ? peer.name : peer, where);
}

/** @throws {TypeError} If the peer is neither a peer id nor one of the two tokens: such a rule could never match. */
export function assertPeerRef(peer: PeerRef, where: string): void {
  if (peer === hostPeer || peer === initPeer) return;
  if (typeof peer === 'string' && publicKeyOfPeerId(peer) !== undefined) return;
  throw new TypeError(
    `${where}: peer must be a peer id (12D3Koo…, 52 characters), hostPeer or initPeer, found ${shown(peer)}`,
  );
}
