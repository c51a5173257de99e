import { z } from 'zod';
import { once } from '../../base/once.ts';
import { mistakeText } from '../../base/misspelt.ts';
import { suggestion } from '../../base/options.ts';
import { ACL_PEERS_MAX, ACL_RULES_MAX } from '../limits.ts';
import { ServiceError } from '../errors.ts';

/** Peers without an access list never make these. */
const schemas = once(() => {
  const text = z.string().min(1);

  /** Entries must have the form of a peer id: a misspelt entry in a `deny` rule would match no peer and so deny nothing. */
  const peerId = z.string().regex(/^12D3KooW[1-9A-HJ-NP-Za-km-z]{44}$/, 'expected a peer id (12D3KooW…)');

  const aclRule = z.strictObject({
    effect: z.enum(['allow', 'deny']),
    /** Init peers (base58), or `*` for everybody. */
    initPeers: z.union([z.literal('*'), z.array(peerId).min(1).max(ACL_PEERS_MAX)]),
    /** Service id, or `*` for all. */
    service: text,
    /** Function names, or `*` for all. Left out: all. */
    functions: z.union([z.literal('*'), z.array(text).min(1)]).optional(),
    /** Peers that handed the particle over, for the run that asked for the call. A call whose sender is not known matches a `deny` rule only. */
    senders: z.array(peerId).min(1).max(ACL_PEERS_MAX).optional(),
    /** Services of this peer that make the call themselves. Calls of scripts have none. */
    callers: z.array(text).min(1).optional(),
    /** Shown to the peers that the rule refuses. */
    because: text.optional(),
  });

  const rate = z.strictObject({ calls: z.int().min(1), perMs: z.int().min(1) });

  const aclLimit = z.strictObject({
    /** For whom: init peers (base58). Each is counted by itself. Left out: everybody. */
    initPeers: z.union([z.literal('*'), z.array(peerId).min(1).max(ACL_PEERS_MAX)]).optional(),
    service: text,
    functions: z.union([z.literal('*'), z.array(text).min(1)]).optional(),
    /** Calls of one init peer in a time. */
    rate: rate.optional(),
    /** Calls of one init peer at a time. */
    concurrent: z.int().min(1).optional(),
    /** UTF-16 units of the arguments of one call, as JSON. */
    size: z.int().min(1).optional(),
    /** The same of all calls of one init peer in a time. */
    sizes: z.strictObject({ size: z.int().min(1), perMs: z.int().min(1) }).optional(),
  });

  const acl = z.strictObject({
    /** What happens to calls that no rule matches, management functions aside. Left out: `allow`. */
    default: z.enum(['allow', 'deny']).optional(),
    /**
     * Whether a caller that is denied gets the answer that an unknown function gives, so that it does not learn what there is. Left out:
     * with `default: 'deny'` yes, else no.
     */
    hide: z.boolean().optional(),
    rules: z.array(aclRule).max(ACL_RULES_MAX),
    limits: z.array(aclLimit).max(ACL_RULES_MAX).optional(),
  });

  return { aclRule, aclLimit, acl };
});

type Schemas = ReturnType<typeof schemas>;

/** A bound on calls that the rules allow. A call must keep within all that match. */
export type AclLimit = z.infer<Schemas['aclLimit']>;

/** One access rule. */
export type AclRule = z.infer<Schemas['aclRule']>;

/**
 * Who may call what, as data: it can be stored, signed and compared. The first rule that matches decides. If none does,
 * management functions are for the owner only, and everything else is as `default` says. See {@link createGatekeeper}.
 */
export type Acl = z.infer<Schemas['acl']>;

/**
 * Checks an access list that came from a file.
 *
 * @throws {ServiceError} `ERR_ACL_SHAPE`, with the path of the first mistake. A list with a misspelt key is refused as a
 *   whole: a rule that is half understood would protect less than its author believes.
 * @example
 * const acl = loadAcl(JSON.parse(text));
 * // { "rules": [{ "effect": "allow", "initPeers": ["12D3Koo…"], "service": "authSrv", "functions": ["grant"] }] }
 */
export function loadAcl(data: unknown): Acl {
  const loaded = schemas().acl.safeParse(data);
  if (loaded.success) return loaded.data;
  const { issues } = loaded.error;
  // A misspelt key also leaves the right one missing; the misspelling is the mistake to name. A failed check has a mistake.
  const issue = issues.find(({ code }) => code === 'unrecognized_keys') ?? (issues[0] as z.core.$ZodIssue);
  const path = issue.path.map(String).join('.');
  throw new ServiceError(
    'ERR_ACL_SHAPE',
    `access list is malformed at \`${path === '' ? '(top)' : path}\`: ${mistakeText(schemas().acl, issue)}${hint(issue, data)}`,
    { path },
  );
}

/** The word that was probably meant. */
function hint(issue: z.core.$ZodIssue, data: unknown): string {
  if (issue.code !== 'invalid_value') return '';
  let found: unknown = data;
  for (const step of issue.path) found = (found as Record<PropertyKey, unknown>)[step];
  return typeof found === 'string' ? suggestion(found, issue.values.map(String), '') : '';
}
