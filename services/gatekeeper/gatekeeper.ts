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
}

/** Decides who may call what. See {@link createGatekeeper}. */
export interface Gatekeeper {
  /** Nothing to let the call pass, or the reason why not. */
  check(request: AccessRequest): Reason | undefined;
}

/**
 * Decides who may call what. The first matching rule decides; a rule opens a management function only to peers that it
 * names, never by `*`: "everybody may call everything" is easily written, and hardly ever meant for those. Without a matching
 * rule the owner (the host peer itself) may call everything, others what is not management.
 *
 * @param ownerPeerId The host peer.
 * @throws {TypeError} If there is no owner.
 * @throws {ServiceError} `ERR_ACL_SHAPE` if the access list is malformed.
 * @example
 * const gatekeeper = createGatekeeper(HOST, { rules: [{ effect: 'deny', initPeers: [MALLORY], service: '*' }] });
 * gatekeeper.check({ initPeerId: MALLORY, serviceId: 'blogSrv', functionName: 'list_posts', management: false }); // a reason
 */
export function createGatekeeper(ownerPeerId: string, acl: Acl = { rules: [] }): Gatekeeper {
  if (typeof ownerPeerId !== 'string' || ownerPeerId === '') {
    throw new TypeError(`createGatekeeper: owner must be a peer id, found ${shown(ownerPeerId)}`);
  }
  const rules = loadAcl(acl).rules.map(compile);
  return {
    check(request) {
      const found = request.initPeerId;
      for (const [rule, { effect, matches, because }] of rules.entries()) {
        if (!matches(request)) continue;
        if (effect === 'allow') return undefined;
        return { kind: 'access-rule', rule, found, ...(because !== undefined && { because }) };
      }
      if (!request.management || found === ownerPeerId) return undefined;
      return { kind: 'management', owner: ownerPeerId, found };
    },
  };
}

interface CompiledRule {
  readonly effect: AclRule['effect'];
  readonly because: string | undefined;
  matches(request: AccessRequest): boolean;
}

function compile({ effect, initPeers, service, functions = '*', because }: AclRule): CompiledRule {
  const peers = initPeers === '*' ? undefined : new Set(initPeers);
  const names = functions === '*' ? undefined : new Set(functions);
  return {
    effect,
    because,
    matches(request) {
      if (service !== '*' && service !== request.serviceId) return false;
      if (names !== undefined && !names.has(request.functionName)) return false;
      if (peers === undefined) return effect === 'deny' || !request.management;
      return peers.has(request.initPeerId);
    },
  };
}
