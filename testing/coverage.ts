import type { CallEvent, CallObserver, Denial, PolicySet, ServiceDefinition } from '../services/index.ts';

/** A rule of a service or policy, and how often calls met it. */
export interface CoveredRule {
  /** Such as `blog.add_post argument is_admin`, `blog.add_post caller`, `policy known-payees`. */
  readonly rule: string;
  readonly allowed: number;
  readonly denied: number;
}

/**
 * Which guard was never seen to deny: a rule without a test that it refuses protects nothing that is known. An observer of peers; or give
 * it decisions with `call`.
 *
 * @example
 * const coverage = new GuardCoverage({ services: [bank] });
 * const peer = network.add('bob', { services: [bank], observer: coverage });
 * // … the tests
 * assert.deepEqual(coverage.neverDenied, []);
 */
export class GuardCoverage implements CallObserver {
  readonly #rules = new Map<string, { allowed: number; denied: number }>();
  readonly #definitions = new Map<string, ServiceDefinition>();

  constructor({
    services = [],
    policies,
  }: {
    readonly services?: readonly ServiceDefinition[];
    readonly policies?: PolicySet;
  }) {
    for (const definition of services) {
      this.#definitions.set(definition.id, definition);
      for (const fn of definition.functions.values()) {
        const name = `${definition.id}.${fn.name}`;
        if (fn.caller !== undefined) this.#declare(`${name} caller`);
        if (fn.management) this.#declare(`${name} management`);
        for (const { name: argument, guard } of fn.arguments)
          if (guard !== undefined) this.#declare(`${name} argument ${argument}`);
      }
    }
    for (const { id } of policies?.policy.file.rules ?? []) this.#declare(`policy ${id}`);
  }

  call({ request, decision }: Pick<CallEvent, 'request' | 'decision'>): void {
    const { serviceId, functionName } = request;
    this.decided(serviceId, functionName, decision);
  }

  /** Counts one decision, for instance of `callAs`. */
  decided(serviceId: string, functionName: string, decision: CallEvent['decision']): void {
    const name = `${serviceId}.${functionName}`;
    const denial: Denial | undefined = 'denial' in decision ? decision.denial : undefined;
    const denied = new Set(deniedBy(name, decision.stage, denial));
    for (const rule of denied) this.#count(rule, 'denied');
    // What stopped a call before the guards says nothing of them.
    if (['find', 'limits', 'arguments', 'gatekeeper'].includes(decision.stage)) return;
    const fn = this.#definitions.get(serviceId)?.functions.get(functionName);
    const met = [
      ...(fn?.caller === undefined ? [] : [`${name} caller`]),
      ...(fn?.management === true ? [`${name} management`] : []),
      ...(fn?.arguments ?? []).flatMap(({ name: argument, guard }) =>
        guard === undefined ? [] : [`${name} argument ${argument}`],
      ),
      ...('policy' in decision ? (decision.policy?.rules ?? []).map(rule => `policy ${rule}`) : []),
    ];
    for (const rule of met) if (!denied.has(rule)) this.#count(rule, 'allowed');
  }

  /** All rules, in the order of declaration. */
  get rules(): readonly CoveredRule[] {
    return [...this.#rules].map(([rule, counts]) => ({ rule, ...counts }));
  }

  /** Rules that no call has broken yet. */
  get neverDenied(): readonly string[] {
    return this.rules.filter(({ denied }) => denied === 0).map(({ rule }) => rule);
  }

  /** Rules that have let no call pass yet: a test that only fails may fail for another reason. */
  get neverAllowed(): readonly string[] {
    return this.rules.filter(({ allowed }) => allowed === 0).map(({ rule }) => rule);
  }

  #declare(rule: string): void {
    this.#rules.set(rule, { allowed: 0, denied: 0 });
  }

  #count(rule: string, what: 'allowed' | 'denied'): void {
    const counts = this.#rules.get(rule);
    if (counts !== undefined) counts[what] += 1;
  }
}

/** Names of the rules that a denial speaks of; noted ones count too. */
function deniedBy(name: string, stage: string, denial: Denial | undefined): string[] {
  if (denial === undefined) return [];
  const isManagement = stage === 'gatekeeper' && denial.caller?.kind === 'management';
  return [
    ...(denial.caller === undefined ? [] : [`${name} ${isManagement ? 'management' : 'caller'}`]),
    ...denial.arguments.map(({ name: argument }) => `${name} argument ${argument}`),
    ...(denial.policy ?? []).map(({ rule }) => `policy ${rule}`),
  ];
}
