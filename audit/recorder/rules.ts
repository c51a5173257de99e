import { parseText } from '../recording/json.ts';
import { canonicalJson, fromJsonValue } from '../../interpreter/index.ts';
import {
  loadAcl,
  parsePolicy,
  type Acl,
  type GuardMode,
  type PolicyFile,
  type ServiceDefinition,
} from '../../services/index.ts';
import { z } from 'zod';

/** By what a peer decides calls. Guards and handlers are code: of them, only the names are recorded. */
export interface PeerRules {
  /** Left out: the default of `createPeer`. */
  readonly acl?: Acl;
  /** Left out: `enforce`. */
  readonly guardMode?: GuardMode;
  /** The policy in force. Describe the peer again when it changes. */
  readonly policy?: PolicyFile;
  readonly services?: readonly { readonly id: string; readonly definition: ServiceDefinition }[];
}

const rules = z.strictObject({
  acl: z.unknown(),
  policy: z.unknown().optional(),
  guardMode: z.enum(['enforce', 'monitor', 'off']),
  services: z.array(
    z.strictObject({
      id: z.string(),
      functions: z.array(
        z.strictObject({
          name: z.string(),
          management: z.boolean(),
          arguments: z.array(z.strictObject({ name: z.string(), guarded: z.boolean() })),
          caller: z.boolean(),
        }),
      ),
    }),
  ),
});

/** Rules as they stand in a recording. */
export type RecordedRules = Omit<z.infer<typeof rules>, 'acl' | 'policy'> & {
  readonly acl: Acl;
  readonly policy?: PolicyFile;
};

export function rulesText({
  acl = { rules: [] },
  guardMode = 'enforce',
  policy,
  services = [],
}: PeerRules): string {
  const declared = services.map(({ id, definition }) => ({
    id,
    functions: [...definition.functions.values()].map(fn => ({
      name: fn.name,
      management: fn.management,
      arguments: fn.arguments.map(({ name, guard }) => ({ name, guarded: guard !== undefined })),
      caller: fn.caller !== undefined,
    })),
  }));
  const all = { acl, guardMode, ...(policy && { policy }), services: declared };
  return canonicalJson(fromJsonValue(all, 'rules'));
}

/** @returns `undefined` if this is not a rule set. */
export function parseRules(text: string): RecordedRules | undefined {
  try {
    const { acl, policy, ...parsed } = rules.parse(parseText(text));
    return { ...parsed, acl: loadAcl(acl), ...(policy !== undefined && { policy: parsePolicy(policy) }) };
  } catch {
    return undefined;
  }
}
