import { formatDenial, type Policy, type PolicyVerdict, type RuleDenial } from '../../services/index.ts';
import { OF_PARTICLE } from './asked-calls.ts';

/** A recorded call of which a policy says something else than what happened. */
export interface PolicyCallChange {
  /** Index of the recording, from 0, and the entry number of the request of the call. */
  readonly recording: number;
  readonly call: number;
  readonly peerId: string;
  readonly particleId: string;
  readonly initPeerId: string;
  readonly service: string;
  readonly function: string;
  /** Ids of the rules that deny it now, or denied it then. */
  readonly rules: readonly string[];
  /** The denial as text; empty for a call that is allowed anew. */
  readonly text: string;
}

/** How often a rule had something to say. */
export interface PolicyRuleUse {
  readonly rule: string;
  readonly mode: 'off' | 'monitor' | 'enforce';
  readonly covered: number;
  readonly denied: number;
  /** Calls that rules in mode `monitor` would deny. */
  readonly noted: number;
}

/** What a policy would have done to recorded calls. */
export interface PolicyTestReport {
  /** Of the policy that was tested. */
  readonly hash: string;
  /** Calls that were tested. */
  readonly calls: number;
  /** Calls that cannot be tested: their run cannot be run again, or the recording does not say how the arguments are named. */
  readonly untested: number;
  readonly rules: readonly PolicyRuleUse[];
  /** Served or failed then, denied now. At most 1 000 of `deniedAnewCount`. */
  readonly deniedAnew: readonly PolicyCallChange[];
  readonly deniedAnewCount: number;
  /** Denied by a policy then, allowed now. At most 1 000 of `allowedAnewCount`. */
  readonly allowedAnew: readonly PolicyCallChange[];
  readonly allowedAnewCount: number;
  /** Functions that were called and that no rule covers. */
  readonly uncovered: readonly {
    readonly service: string;
    readonly function: string;
    readonly calls: number;
  }[];
  /** Ids of rules that covered no call. */
  readonly neverMatched: readonly string[];
}

/** Changes that a report lists, of each kind; the others are counted. */
const CHANGES_MAX = 1000;

/** A recorded call beside what the policy says of it. */
export interface TestedCall {
  readonly change: Omit<PolicyCallChange, 'rules' | 'text'>;
  readonly timeMs: number;
  readonly verdict: PolicyVerdict;
  readonly before: 'passed' | 'denied by policy' | 'stopped otherwise';
  /** Rules of a policy that denied it then. */
  readonly rulesThen: readonly string[];
}

/** Counts what a policy says of calls, in the order of their times. */
export class PolicyReport {
  readonly #policy: Policy;
  readonly #uses = new Map<string, { covered: number; denied: number; noted: number }>();
  readonly #uncovered = new Map<string, { service: string; function: string; calls: number }>();
  readonly #denied: PolicyCallChange[] = [];
  readonly #allowed: PolicyCallChange[] = [];
  #calls = 0;
  #deniedCount = 0;
  #allowedCount = 0;

  constructor(policy: Policy) {
    this.#policy = policy;
  }

  add({ change, before, rulesThen }: TestedCall, { rules, denied, noted }: PolicyVerdict): void {
    this.#calls += 1;
    for (const rule of rules) this.#use(rule).covered += 1;
    for (const { rule } of denied) this.#use(rule).denied += 1;
    for (const { rule } of noted) this.#use(rule).noted += 1;
    const { service, function: fn } = change;
    if (rules.length === 0 && !OF_PARTICLE.has(service)) {
      const key = JSON.stringify([service, fn]);
      const entry = this.#uncovered.get(key) ?? { service, function: fn, calls: 0 };
      this.#uncovered.set(key, { ...entry, calls: entry.calls + 1 });
    }
    if (before === 'passed' && denied.length > 0) {
      this.#deniedCount += 1;
      const text = formatDenial({ serviceId: service, functionName: fn, policy: denied, arguments: [] });
      if (this.#denied.length < CHANGES_MAX)
        this.#denied.push({ ...change, rules: denied.map(ruleOf), text });
    }
    if (before === 'denied by policy' && denied.length === 0) {
      this.#allowedCount += 1;
      if (this.#allowed.length < CHANGES_MAX) this.#allowed.push({ ...change, rules: rulesThen, text: '' });
    }
  }

  done(untested: number): PolicyTestReport {
    const { file, hash } = this.#policy;
    const rules = file.rules.map(({ id, mode = file.mode ?? 'enforce' }) => ({
      rule: id,
      mode,
      ...this.#use(id),
    }));
    return {
      hash,
      calls: this.#calls,
      untested,
      rules,
      deniedAnew: this.#denied,
      deniedAnewCount: this.#deniedCount,
      allowedAnew: this.#allowed,
      allowedAnewCount: this.#allowedCount,
      uncovered: [...this.#uncovered.values()].sort((a, b) => b.calls - a.calls),
      neverMatched: rules
        .filter(({ mode, covered }) => mode !== 'off' && covered === 0)
        .map(({ rule }) => rule),
    };
  }

  #use(rule: string): { covered: number; denied: number; noted: number } {
    const known = this.#uses.get(rule) ?? { covered: 0, denied: 0, noted: 0 };
    this.#uses.set(rule, known);
    return known;
  }
}

const ruleOf = ({ rule }: RuleDenial): string => rule;
