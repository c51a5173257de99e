import type { CheckedScript } from './check/check.ts';
import type { PlanFinding } from './check/finding.ts';
import { FINDINGS_MAX } from './limits.ts';

/** What a check says of a plan. */
export interface PlanCheck {
  readonly isRefused: boolean;
  /** `ERR_AGENT_PLAN_REFUSED`, or empty. */
  readonly code: '' | 'ERR_AGENT_PLAN_REFUSED';
  /** The script that would run. */
  readonly script: string;
  /** Names script, policy and tools: `run` takes it to refuse what was not checked. SHA-256 in hex. */
  readonly checked: string;
  readonly findings: readonly PlanFinding[];
  /** Findings that are not shown. */
  readonly more: number;
}

/** @param checked What names script, policy and tools. */
export function planCheck(script: string, { findings }: CheckedScript, checked: string): PlanCheck {
  const isRefused = findings.some(({ isRefusal }) => isRefusal);
  // Refusals first, so that none is left out for a hint.
  const sorted = findings.toSorted((a, b) => Number(b.isRefusal) - Number(a.isRefusal));
  return {
    isRefused,
    code: isRefused ? 'ERR_AGENT_PLAN_REFUSED' : '',
    script,
    checked,
    findings: sorted.slice(0, FINDINGS_MAX),
    more: Math.max(0, sorted.length - FINDINGS_MAX),
  };
}
