import { shown } from '../../base/options.ts';
import { isGetter } from '../../interpreter/index.ts';
import type { Tetraplet } from '../../interpreter/index.ts';
import type { ServiceDefinition } from '../define-service.ts';
import { assertPart } from '../result-path.ts';
import type { GetterInto, PartAt } from '../result-path.ts';
import { assertOriginPeer, isIdentity, resolveOriginPeer } from './peer-ref.ts';
import type { Guard, GuardOf } from './guard.ts';
import type { OriginPeer } from './peer-ref.ts';

/**
 * Checks that a value came from one function of one service on one peer.
 *
 * Reads the tetraplet, never the value: a copied `true` is refused. All four parts must match exactly: another field of the
 * same answer, its length, or the error object of a failed call are other origins. A value must have one origin; a whole
 * canon has one per element, guard it with `each`; one of a single element is refused too, as its value is an array around what
 * the tetraplet speaks of.
 *
 * @param peer    Peer that must have produced the value (base58 peer id), or `hostPeer` / `initPeer`, or the identity of a peer whose key changes.
 * @param service Service id on that peer.
 * @param fn      Function name.
 * @param getter  Path into the result, as tetraplets spell it (`.$.ok`, `.$.list.[0].name`); `''` means the whole result.
 * @returns Guard for one argument: allows, or denies with both tetraplets. Never throws on script input.
 * @throws {TypeError} If the guard could never match, or would match anything: peer is not a peer id, service or fn is empty, or the
 *   getter is not a getter of a result (one that begins with `:error:`, or another spelling of a path).
 * @spec docs/spec/call-record.md#origins
 * @example guards: { token: expectOrigin(AUTH_PEER, 'auth-status', 'check', '.$.ok') }
 */
export function expectOrigin(peer: OriginPeer, service: string, fn: string, getter: string): Guard;
/**
 * The same check, by the definition of the other service: function and getter must exist there, which the compiler checks, and the type
 * of that part must fit the argument. `defineService` needs a `result` schema for that; parts of other results are not checked.
 *
 * @param service What `defineService` gave.
 * @param options.peer Peer that runs it.
 * @throws {TypeError} As above; and if the service has no such function, or its result no such part.
 * @example guards: { is_admin: expectOrigin(auth({ admins: [] }), 'get_status', '.$.is_admin', { peer: AUTH_PEER }) }
 */
export function expectOrigin<Results, Fn extends keyof Results & string, const Getter extends string>(
  service: ServiceDefinition<never, Results> | ServiceDefinition<unknown, Results>,
  fn: Fn,
  getter: GetterInto<Results[Fn], Getter>,
  options: { readonly peer: OriginPeer },
): GuardOf<Known<PartAt<Results[Fn], Getter>>>;
export function expectOrigin(
  ...given:
    readonly [OriginPeer, string, string, string] | readonly [unknown, string, string, { peer: OriginPeer }]
): Guard {
  const [peer, service, fn, getter] = originParts('expectOrigin', given);
  return {
    check({ tetraplets, elementwise }, call) {
      const [found] = tetraplets;
      const expected: Tetraplet = {
        peerId: resolveOriginPeer(peer, call, found?.peerId),
        serviceId: service,
        functionName: fn,
        getter,
      };
      if (found === undefined) return { kind: 'no-origin', expected };
      if (elementwise || tetraplets.length > 1)
        return { kind: 'many-origins', count: tetraplets.length, expected };
      return sameTetraplet(found, expected) ? undefined : { kind: 'origin', expected, found };
    },
  };
}

/** A part of unknown type fits every argument. */
type Known<Part> = unknown extends Part ? never : Part;

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
  peer: OriginPeer,
  service: string,
  fn: string,
  getter: string,
): void {
  assertOriginPeer(peer, where);
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

/** The four parts, from either form of the arguments. */
function originParts(
  where: string,
  [first, second, third, fourth]: readonly unknown[],
): readonly [peer: OriginPeer, service: string, fn: string, getter: string] {
  if (typeof first !== 'object' || first === null || isIdentity(first)) {
    const parts = [first, second, third, fourth] as [OriginPeer, string, string, string];
    assertOrigin(where, ...parts);
    return parts;
  }
  const { id } = first as ServiceDefinition;
  const { peer } = Object(fourth) as { peer: OriginPeer };
  assertPart(where, first as ServiceDefinition, second as string, third as string);
  assertOrigin(where, peer, id, second as string, third as string);
  return [peer, id, second as string, third as string];
}
