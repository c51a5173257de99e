import { shown } from '../../base/options.ts';
import type { Reason } from '../guards/denial.ts';
import type { Acl, AclRule } from './acl.ts';
import { loadAcl } from './acl.ts';

/** The facts of a call that the gatekeeper reads: caller and function, never the arguments. Guards check those. */
export interface AccessRequest {
  readonly initPeerId: string;
  readonly serviceId: string;
  readonly functionName: string;
  readonly management: boolean;
  /** The peer that handed the particle over; left out: not known. */
  readonly senderId?: string | undefined;
  /** The service of this peer that makes the call; left out: a script does. */
  readonly callerServiceId?: string | undefined;
  /** A service that exists for this particle alone, on its init peer: `default` does not count for it. */
  readonly isOwn?: boolean;
}

/** Decides who may call what. See {@link createGatekeeper}. */
export interface Gatekeeper {
  /** Nothing to let the call pass, or the reason why not. */
  check(request: AccessRequest): Reason | undefined;
  /** Whether a denied caller must not learn that there is such a function. */
  readonly isHiding: boolean;
}

/**
 * Decides who may call what. The first matching rule decides; a rule opens a management function only to peers that it
 * names, never by `*`: "everybody may call everything" is easily written, and hardly ever meant for those. Without a matching
 * rule the owner (the host peer itself) may call everything, others what is not management. A service that makes a call may call a
 * management function only by a rule that names it in `callers`, whoever started the particle: else a script of the owner would lend
 * the owner's rights to each service that it calls.
 *
 * @param ownerPeerId The host peer.
 * @throws {TypeError} If the owner is missing.
 * @throws {ServiceError} `ERR_ACL_SHAPE` if the access list is malformed.
 * @example
 * const gatekeeper = createGatekeeper(HOST, { rules: [{ effect: 'deny', initPeers: [MALLORY], service: '*' }] });
 * gatekeeper.check({ initPeerId: MALLORY, serviceId: 'blogSrv', functionName: 'list_posts', management: false }); // a reason
 */
export function createGatekeeper(ownerPeerId: string, acl: Acl = { rules: [] }): Gatekeeper {
  if (typeof ownerPeerId !== 'string' || ownerPeerId === '') {
    throw new TypeError(`createGatekeeper: owner must be a peer id, found ${shown(ownerPeerId)}`);
  }
  const { default: otherwise = 'allow', hide = otherwise === 'deny', ...list } = loadAcl(acl);
  const rules = list.rules.map(compile);
  return {
    isHiding: hide,
    check(request) {
      const found = request.initPeerId;
      for (const [rule, { effect, matches, because }] of rules.entries()) {
        if (!matches(request)) continue;
        if (effect === 'allow') return undefined;
        return { kind: 'access-rule', rule, found, ...(because !== undefined && { because }) };
      }
      if (found === ownerPeerId && !(request.management && request.callerServiceId !== undefined))
        return undefined;
      if (request.management) return { kind: 'management', owner: ownerPeerId, found };
      return otherwise === 'allow' || request.isOwn === true ? undefined : { kind: 'not-allowed', found };
    },
  };
}

interface CompiledRule {
  readonly effect: AclRule['effect'];
  readonly because: string | undefined;
  matches(request: AccessRequest): boolean;
}

function compile(rule: AclRule): CompiledRule {
  const { effect, initPeers, service, functions = '*', senders, callers, because } = rule;
  const peers = initPeers === '*' ? undefined : new Set(initPeers);
  const names = functions === '*' ? undefined : new Set(functions);
  return {
    effect,
    because,
    matches(request) {
      if (service !== '*' && service !== request.serviceId) return false;
      if (names !== undefined && !names.has(request.functionName)) return false;
      const { callerServiceId } = request;
      if (callers !== undefined && !callers.includes(callerServiceId ?? '')) return false;
      const isLent = request.management && callerServiceId !== undefined && callers === undefined;
      if (isLent && effect === 'allow') return false;
      const { senderId } = request;
      // Not known after a restart: the safe side is to deny.
      const isSender = senderId === undefined ? effect === 'deny' : senders?.includes(senderId);
      if (senders !== undefined && isSender !== true) return false;
      if (peers === undefined) return effect === 'deny' || !request.management;
      return peers.has(request.initPeerId);
    },
  };
}
