import { z } from 'zod';
import { once } from '../../base/once.ts';
import { mistakeText } from '../../base/misspelt.ts';
import { isGetter, publicKeyOfPeerId } from '../../interpreter/index.ts';
import { ServiceError } from '../errors.ts';
import { ACL_PEERS_MAX, POLICY_DEPTH_MAX, POLICY_RULES_MAX } from '../limits.ts';

/**
 * The `format` of a policy.
 *
 * @example POLICY_FORMAT // 'beryl/policy/1'
 */
export const POLICY_FORMAT = 'beryl/policy/1';

/** A condition on the origin of a value, as data. Mirrors the guards `from`, `literalOf`, `derivedOnlyFrom`, `selectedBy`, `whose`. */
export type OriginCondition =
  | {
      readonly from: {
        readonly peer: string;
        readonly service: string;
        readonly function: string;
        readonly getter?: string | undefined;
        readonly anyPart?: true | undefined;
        readonly whose?: Readonly<Record<string, OriginCondition>> | undefined;
      };
    }
  | { readonly literal: true; readonly selectedBy?: readonly string[] | undefined }
  | {
      readonly derivedOnlyFrom: readonly OriginCondition[];
      readonly selectedBy?: readonly string[] | undefined;
    }
  | { readonly selectedBy: readonly string[] }
  | { readonly anyOf: readonly OriginCondition[] }
  | { readonly allOf: readonly OriginCondition[] };

/** A condition on an argument of a call. */
export type ArgumentCondition =
  | OriginCondition
  | { readonly literal: readonly z.core.util.JSONType[]; readonly selectedBy?: readonly string[] | undefined }
  | { readonly value: readonly z.core.util.JSONType[] }
  | { readonly each: ArgumentCondition }
  | { readonly anyOf: readonly ArgumentCondition[] }
  | { readonly allOf: readonly ArgumentCondition[] };

/** Peers without a policy never make these. */
const schemas = once(() => {
  const text = z.string().min(1);
  const peerId = z
    .string()
    .refine(value => publicKeyOfPeerId(value) !== undefined, 'expected a peer id (12D3KooW…)');

  /** `host`: the peer that runs the service. `init`: the peer that started the particle. */
  const peer = z.union([z.literal('host'), z.literal('init'), peerId]);
  const peers = z.array(peer).min(1).max(ACL_PEERS_MAX);
  const getter = z
    .string()
    .refine(
      value => isGetter(value) && !value.startsWith(':error:'),
      'expected a getter of a result, such as `.$.is_admin`',
    );

  /** An answer of a function: exactly this part of it, or with `anyPart` whatever part. */
  const from = {
    peer,
    service: text,
    function: text,
    /** Left out: the whole answer. */
    getter: getter.optional(),
    anyPart: z.literal(true).optional(),
    /** Rules on the arguments of the call behind it, by index from 0. */
    get whose() {
      return z.record(z.string().regex(/^\d{1,4}$/), originRule).optional();
    },
  };

  const isOnePart = (part: { getter?: string | undefined; anyPart?: true | undefined }): boolean =>
    part.getter === undefined || part.anyPart === undefined;

  /** What can be said of an origin at any depth. */
  const originRule: z.ZodType<OriginCondition> = z.lazy(() =>
    z.union([
      z.strictObject({
        from: z.strictObject(from).refine(isOnePart, 'either `getter` or `anyPart`, not both'),
      }),
      z.strictObject({ literal: z.literal(true), selectedBy: peers.optional() }),
      z.strictObject({ derivedOnlyFrom: z.array(originRule).min(1), selectedBy: peers.optional() }),
      z.strictObject({ selectedBy: peers }),
      z.strictObject({ anyOf: z.array(originRule).min(1) }),
      z.strictObject({ allOf: z.array(originRule).min(1) }),
    ]),
  );

  /** What can be said of an argument: also of its value. */
  const argumentRule: z.ZodType<ArgumentCondition> = z.lazy(() =>
    z.union([
      originRule,
      z.strictObject({ literal: z.array(z.json()).min(1), selectedBy: peers.optional() }),
      z.strictObject({ value: z.array(z.json()).min(1) }),
      z.strictObject({ each: argumentRule }),
      z.strictObject({ anyOf: z.array(argumentRule).min(1) }),
      z.strictObject({ allOf: z.array(argumentRule).min(1) }),
    ]),
  );

  const mode = z.enum(['off', 'monitor', 'enforce']);

  const rule = z.strictObject({
    /** Names the rule in decisions; unique in its policy. */
    id: z.string().regex(/^[\w.-]{1,64}$/, 'expected up to 64 letters, digits, `_`, `.` and `-`'),
    /** Service id, or `*` for all. */
    service: text,
    /** Function names, or `*` for all. Left out: all. */
    functions: z.union([z.literal('*'), z.array(text).min(1)]).optional(),
    /** Left out: the mode of the policy. */
    mode: mode.optional(),
    /** Why; shown to the caller that it denies, unless `tell` says otherwise. */
    because: text.optional(),
    /** For the operator only. */
    note: text.optional(),
    /** Init peers that may call. */
    initPeers: peers.optional(),
    /** Conditions by argument name. They need a named service and named functions. */
    arguments: z.record(text, argumentRule).optional(),
    /** Greatest age of the particle at the call, milliseconds: counted from its timestamp by the clock of this peer. */
    maxAgeMs: z.int().min(1).optional(),
    /** How many calls each init peer may make: `calls` in `perMs` milliseconds, all of them at once if it likes. */
    rate: z.strictObject({ calls: z.int().min(1), perMs: z.int().min(1) }).optional(),
  });

  const policyFile = z.strictObject({
    $schema: z.string().optional(),
    format: z.literal(POLICY_FORMAT),
    /** Of all rules without a mode of their own. Left out: `enforce`. */
    mode: mode.optional(),
    /** What happens to functions that no rule covers, rules in mode `off` not counted. Left out: `allow`. */
    otherwise: z.enum(['allow', 'deny']).optional(),
    /** What a denied caller learns: the whole explanation, the texts of `because`, or nothing but the refusal. Left out: `all`. */
    tell: z.enum(['all', 'because', 'nothing']).optional(),
    rules: z.array(rule).max(POLICY_RULES_MAX),
  });

  return { policyFile, rule };
});

type Schemas = ReturnType<typeof schemas>;

/** One rule of a policy: a call that it covers must satisfy every condition that it states. */
export type PolicyRule = z.infer<Schemas['rule']>;

/** Rules on calls as data, beside the guards in code: a policy can only tighten what the guards allow. */
export type PolicyFile = z.infer<Schemas['policyFile']>;

/**
 * The JSON Schema of policy files, as docs/spec/policy.schema.json holds it.
 *
 * @example JSON.stringify(policySchema()).includes('derivedOnlyFrom') // true
 */
export function policySchema(): Readonly<Record<string, unknown>> {
  return {
    title: 'Policy of a Beryl peer',
    ...z.toJSONSchema(schemas().policyFile, { io: 'input', unrepresentable: 'any' }),
  };
}

/**
 * Checks a policy that came from a file. It is refused as a whole if anything in it is malformed: a policy that is half understood would
 * protect less than its author believes.
 *
 * @throws {ServiceError} `ERR_POLICY_SHAPE`, with the path of the first mistake.
 * @example parsePolicy({ format: 'beryl/policy/1', rules: [] }).rules // []
 */
export function parsePolicy(data: unknown): PolicyFile {
  if (isDeep(data))
    throw malformed('', `conditions stand in each other more than ${POLICY_DEPTH_MAX} levels deep`);
  const lost = lostName(data, []);
  if (lost !== undefined) throw malformed(lost, 'a policy cannot say anything of this name');
  const parsed = schemas().policyFile.safeParse(data);
  if (!parsed.success) throw mistakeOf(parsed.error);
  const ids = new Set<string>();
  for (const [
    index,
    { id, service, functions, arguments: conditions, ...rest },
  ] of parsed.data.rules.entries()) {
    if (ids.has(id)) throw malformed(`rules.${index}.id`, `the id \`${id}\` stands twice`);
    ids.add(id);
    const isNamed = service !== '*' && Array.isArray(functions);
    if (conditions !== undefined && !isNamed)
      throw malformed(
        `rules.${index}.arguments`,
        'conditions on arguments need a named service and named functions',
      );
    const { initPeers, maxAgeMs, rate } = rest;
    if ([conditions, initPeers, maxAgeMs, rate].every(condition => condition === undefined))
      throw malformed(`rules.${index}`, 'it states no condition: arguments, initPeers, maxAgeMs or rate');
  }
  return parsed.data;
}

export function malformed(path: string, why: string): ServiceError {
  const where = path === '' ? '(top)' : path;
  return new ServiceError('ERR_POLICY_SHAPE', `policy is malformed at \`${where}\`: ${why}`, { path });
}

/** Zod tells all alternatives of a union; the one with the most specific mistake is the one that was meant. */
function mistakeOf(error: z.ZodError): ServiceError {
  const issues = error.issues.flatMap(issue => innermost(issue, []));
  const misspelt = issues.find(({ issue }) => issue.code === 'unrecognized_keys' && issue.keys.length > 0);
  const found =
    (error.issues.some(({ code }) => code === 'unrecognized_keys') ? misspelt : undefined) ?? deepest(issues);
  if (found === undefined) return malformed('', 'unknown mistake');
  const { issue, path } = found;
  return malformed(path.join('.'), mistakeText(schemas().policyFile, issue, path));
}

interface Mistake {
  readonly issue: z.core.$ZodIssue;
  readonly path: readonly string[];
}

function innermost(issue: z.core.$ZodIssue, above: readonly string[]): Mistake[] {
  const path = [...above, ...issue.path.map(String)];
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return [{ issue, path }];
  return issue.errors.flatMap(alternative => alternative.flatMap(inner => innermost(inner, path)));
}

const deepest = (mistakes: readonly Mistake[]): Mistake | undefined =>
  mistakes.reduce<Mistake | undefined>(
    (best, one) => (best === undefined || one.path.length > best.path.length ? one : best),
    undefined,
  );

/** Whether the data is nested too deep, without recursion. */
function isDeep(data: unknown): boolean {
  let level: unknown[] = [data];
  for (let depth = 0; depth <= POLICY_DEPTH_MAX; depth++) {
    level = level.flatMap(value =>
      typeof value === 'object' && value !== null ? (Object.values(value) as unknown[]) : [],
    );
    if (level.length === 0) return false;
  }
  return true;
}

/** Path of a key that schemas leave out without a word: its rule would not count. Call only with data that is not deep. */
function lostName(data: unknown, path: readonly string[]): string | undefined {
  if (typeof data !== 'object' || data === null) return undefined;
  if (Object.hasOwn(data, '__proto__')) return [...path, '__proto__'].join('.');
  for (const [name, value] of Object.entries(data)) {
    const lost = lostName(value, [...path, name]);
    if (lost !== undefined) return lost;
  }
  return undefined;
}
