import { suggestion } from '../../base/options.ts';
import type { ServiceLookup } from '../registry.ts';
import { oneLine } from '../text.ts';
import { malformed } from './policy-file.ts';
import type { PolicyRule } from './policy-file.ts';
import { compilePolicy } from './policy.ts';
import type { Policy, PolicyVerdict } from './policy.ts';

/** What became of the calls that one rule covered, since the rule set was loaded. */
export interface PolicyRuleReport {
  readonly rule: string;
  readonly mode: 'off' | 'monitor' | 'enforce';
  readonly covered: number;
  readonly denied: number;
  /** Denied in mode `monitor`: let pass. */
  readonly noted: number;
}

/** The policy in force, which can be exchanged while peers run. */
export interface PolicySet {
  /** The one in force: calls that were decided keep the decision of the one before. */
  readonly policy: Policy;
  /**
   * Puts another rule set in force, for the next call on. Counts and rates begin anew.
   *
   * @returns Its hash.
   * @throws {ServiceError} `ERR_POLICY_SHAPE` if anything in it is malformed, or names a function or argument that a service of the peer
   *   does not have. The rule set before stays in force.
   */
  replace(data: unknown): string;
  /** Since it was loaded, by rule, in the order of the file. */
  report(): readonly PolicyRuleReport[];
  /** For dispatchers: checks the rules against the services of a peer, now and at each exchange. */
  bind(services: ServiceLookup): void;
  /** For dispatchers: counts a verdict. */
  record(policy: Policy, verdict: PolicyVerdict): void;
}

/**
 * Loads a policy.
 *
 * @param data What stands in the file.
 * @throws {ServiceError} `ERR_POLICY_SHAPE` if anything is malformed.
 * @example
 * const policies = createPolicySet(JSON.parse(text));
 * const peer = createPeer({ secretKey, transport, services, policies });
 * policies.replace(JSON.parse(newText));
 */
export function createPolicySet(data: unknown): PolicySet {
  return new LoadedPolicies(compilePolicy(data));
}

class LoadedPolicies implements PolicySet {
  #policy: Policy;
  #counts = new Map<string, { covered: number; denied: number; noted: number }>();
  readonly #bound = new Set<ServiceLookup>();

  constructor(policy: Policy) {
    this.#policy = policy;
  }

  get policy(): Policy {
    return this.#policy;
  }

  replace(data: unknown): string {
    const next = compilePolicy(data);
    for (const services of this.#bound) assertFits(next, services);
    this.#policy = next;
    this.#counts = new Map();
    return next.hash;
  }

  bind(services: ServiceLookup): void {
    assertFits(this.#policy, services);
    this.#bound.add(services);
  }

  record(policy: Policy, { rules, denied, noted }: PolicyVerdict): void {
    if (policy !== this.#policy) return;
    const count = (rule: string, what: 'covered' | 'denied' | 'noted'): void => {
      const counts = this.#counts.get(rule) ?? { covered: 0, denied: 0, noted: 0 };
      counts[what] += 1;
      this.#counts.set(rule, counts);
    };
    for (const rule of rules) count(rule, 'covered');
    for (const { rule } of denied) count(rule, 'denied');
    for (const { rule } of noted) count(rule, 'noted');
  }

  report(): readonly PolicyRuleReport[] {
    const { mode: usual = 'enforce', rules } = this.#policy.file;
    return rules.map(({ id, mode = usual }) => ({
      rule: id,
      mode,
      ...(this.#counts.get(id) ?? { covered: 0, denied: 0, noted: 0 }),
    }));
  }
}

/** A function or argument that a service does not have: the rule would protect nothing, or deny everything. */
function assertFits({ file }: Policy, services: ServiceLookup): void {
  for (const [index, rule] of file.rules.entries()) {
    const mistake = misfit(rule, services);
    if (mistake !== undefined) throw malformed(`rules.${index}${mistake.path}`, mistake.why);
  }
}

/** What a rule names that its service does not have; `undefined` for services that are not there. */
export function misfit(
  { service, functions = '*', arguments: conditions = {} }: PolicyRule,
  services: ServiceLookup,
): { readonly path: string; readonly why: string } | undefined {
  const declared = services.find(service)?.definition.functions;
  if (declared === undefined || functions === '*') return undefined;
  for (const name of functions) {
    const fn = declared.get(name);
    const id = `\`${oneLine(service)}`;
    if (fn === undefined)
      return {
        path: '.functions',
        why: `${id}\` has no function \`${oneLine(name)}\`${suggestion(name, [...declared.keys()], '')}`,
      };
    const names = fn.arguments.map(argument => argument.name);
    const unknown = Object.keys(conditions).find(argument => !names.includes(argument));
    if (unknown !== undefined)
      return {
        path: '.arguments',
        why: `${id}.${oneLine(name)}\` has no argument \`${oneLine(unknown)}\`${suggestion(unknown, names, '')}`,
      };
  }
  return undefined;
}
