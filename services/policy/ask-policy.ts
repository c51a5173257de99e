import { failureOf } from '../call-decision.ts';
import type { CallDecision, PolicyDecision } from '../call-decision.ts';
import type { CallFacts } from '../call-context.ts';
import type { Denial, RuleDenial } from '../guards/denial.ts';
import type { NameOf } from '../guards/denial-text.ts';
import { callerText } from './caller-text.ts';
import type { PolicyCall } from './policy.ts';
import type { PolicySet } from './policy-set.ts';

/** What the policy in force says of a call. */
export interface Ruled {
  readonly denied?: CallDecision;
  readonly noted: readonly RuleDenial[];
  readonly policy: PolicyDecision;
  /** Counts the call for the rates of the rules: it has passed everything. */
  count(): void;
}

/** One rule set decides the whole call, whatever is loaded meanwhile. */
export function askPolicy(policies: PolicySet, call: PolicyCall, nameOf: NameOf | undefined): Ruled {
  const { policy } = policies;
  const verdict = policy.check(call);
  policies.record(policy, verdict);
  const { rules, denied, noted, retryAfterMs } = verdict;
  const decision = { hash: policy.hash, rules };
  const ruled = { noted, policy: decision, count: () => policy.count(call) };
  const denial = withRules(undefined, denied, call.facts);
  if (denial === undefined) return ruled;
  const text = callerText(denial, policy.file.tell, nameOf);
  const retry = retryAfterMs === undefined ? {} : { retryAfterMs };
  const code = 'ERR_CALL_DENIED_POLICY';
  return {
    ...ruled,
    denied: { kind: 'denied', stage: 'policy', code, denial, policy: decision, ...retry, ...failureOf(text) },
  };
}

/** Adds what rules of a policy say to what guards say. */
export function withRules(
  denial: Denial | undefined,
  policy: readonly RuleDenial[],
  { serviceId, functionName }: CallFacts,
): Denial | undefined {
  if (policy.length === 0) return denial;
  return { ...(denial ?? { serviceId, functionName, arguments: [] }), policy };
}
