import { shown } from '../../base/options.ts';
import { isGetter } from '../../interpreter/index.ts';
import type { Tetraplet } from '../../interpreter/index.ts';
import { assertPeerRef, resolvePeer } from './peer-ref.ts';
import type { Guard } from './guard.ts';
import type { PeerRef } from './peer-ref.ts';

/**
 * Checks that a value came from one function of one service on one peer.
 *
 * Reads the tetraplet, never the value: a copied `true` is refused. All four parts must match exactly: another field of the
 * same answer, its length, or the error object of a failed call are other origins. A value must have one origin; a whole
 * canon has one per element, guard it with `each`; one of a single element is refused too, as its value is an array around what
 * the tetraplet speaks of.
 *
 * @param peer    Peer that must have produced the value (base58 peer id), or `hostPeer` / `initPeer`.
 * @param service Service id on that peer.
 * @param fn      Function name.
 * @param getter  Path into the result, as tetraplets spell it (`.$.ok`, `.$.list.[0].name`); `''` means the whole result.
 * @returns Guard for one argument: allows, or denies with both tetraplets. Never throws on script input.
 * @throws {TypeError} If the guard could never match, or would match anything: peer is not a peer id, service or fn is empty, or the
 *   getter is not a getter of a result (one that begins with `:error:`, or another spelling of a path).
 * @spec docs/spec/call-record.md#origins
 * @example guards: { token: expectOrigin(AUTH_PEER, 'auth-status', 'check', '.$.ok') }
 */
export function expectOrigin(peer: PeerRef, service: string, fn: string, getter: string): Guard {
  assertOrigin('expectOrigin', peer, service, fn, getter);
  return {
    check({ tetraplets, elementwise }, call) {
      const expected: Tetraplet = {
        peerId: resolvePeer(peer, call),
        serviceId: service,
        functionName: fn,
        getter,
      };
      const [found] = tetraplets;
      if (found === undefined) return { kind: 'no-origin', expected };
      if (elementwise || tetraplets.length > 1)
        return { kind: 'many-origins', count: tetraplets.length, expected };
      return sameTetraplet(found, expected) ? undefined : { kind: 'origin', expected, found };
    },
  };
}

function sameTetraplet(a: Tetraplet, b: Tetraplet): boolean {
  return (
    a.peerId === b.peerId &&
    a.serviceId === b.serviceId &&
    a.functionName === b.functionName &&
    a.getter === b.getter
  );
}

/** @throws {TypeError} If the four parts can match nothing, or too much. */
export function assertOrigin(
  where: string,
  peer: PeerRef,
  service: string,
  fn: string,
  getter: string,
): void {
  assertPeerRef(peer, where);
  assertName(service, 'service', where);
  assertName(fn, 'fn', where);
  if (typeof getter === 'string' && getter.startsWith(':error:')) {
    throw new TypeError(`${where}: a getter into \`:error:\` would accept a failed call as an answer`);
  }
  if (typeof getter !== 'string' || !isGetter(getter)) {
    throw new TypeError(
      `${where}: getter must be empty, or a path such as \`.$.list.[0].name\` or \`.$.["a b"]\`, found ${shown(getter)}`,
    );
  }
}

function assertName(name: string, what: string, where: string): void {
  if (typeof name !== 'string')
    throw new TypeError(`${where}: ${what} must be a string, found ${shown(name)}`);
  if (name === '') throw new TypeError(`${where}: ${what} must not be empty`);
}
