import { shorten } from '../base/printable.ts';
import type { JsonValue } from '../interpreter/index.ts';
import type { StartedFailure } from '../peer/index.ts';
import type { CallEvent } from '../services/index.ts';
import { RESULT_MAX } from './limits.ts';
import type { PlanCheck } from './plan-check.ts';
import { proofOf, type SeenParticle } from './proofs.ts';
import type { Rules } from './rules.ts';

/** One call of a run. */
export interface RanCall {
  /** `service.function`. */
  readonly call: string;
  readonly argumentsJson: string;
  /** `served`, `denied`, `failed` or `refused`. */
  readonly decision: CallEvent['decision']['kind'];
  /** Stable code of the decision; empty if it was served. */
  readonly code: string;
  /** Why it was not served. */
  readonly text: string;
  /** What to change. */
  readonly advice: string;
  /** Proves the call to a stranger; `verifyProof` reads it. Of served calls. */
  readonly proof?: Uint8Array;
}

/** The end of a run. */
export interface PlanResult {
  /** `refused`: nothing ran. `denied`: a call was denied while it ran. `failed`: something else went wrong. */
  readonly outcome: 'done' | 'refused' | 'denied' | 'failed';
  readonly code: string;
  readonly text: string;
  readonly particleId: string;
  readonly result: JsonValue;
  readonly check: PlanCheck;
  /** Calls of the agent's services, in the order in which they were decided. */
  readonly calls: readonly RanCall[];
}

/** The end of a plan that the check refused. */
export function refusedRun(check: PlanCheck): PlanResult {
  const first = check.findings.find(({ isRefusal }) => isRefusal);
  return {
    outcome: 'refused',
    code: check.code,
    text: first?.message ?? '',
    particleId: '',
    result: null,
    check,
    calls: [],
  };
}

/** The end of a plan that ran to its end: what it returned. */
export function doneRun(run: Pick<PlanResult, 'particleId' | 'check' | 'calls' | 'result'>): PlanResult {
  const end = { ...run, outcome: 'done', code: '', text: '' } as const;
  if (JSON.stringify(run.result).length <= RESULT_MAX) return end;
  const text = `the plan ran, and its result has more than ${RESULT_MAX} characters: return less`;
  return { ...end, code: 'ERR_AGENT_RESULT_SIZE', text, result: null };
}

/** The end of a plan that failed while it ran. */
export function failedRun(
  run: Pick<PlanResult, 'particleId' | 'check' | 'calls'>,
  failure: StartedFailure,
): PlanResult {
  const last = run.calls.findLast(({ decision }) => decision !== 'served');
  return {
    ...run,
    outcome: last?.decision === 'denied' ? 'denied' : 'failed',
    code: last?.code ?? failure.code,
    text: last?.text ?? failure.message,
    result: null,
  };
}

/** The calls of a run that `own` services answered. */
export const ranCalls = (seen: SeenParticle, own: ReadonlySet<string>, rules: Rules): RanCall[] =>
  seen.calls.filter(({ request }) => own.has(request.serviceId)).map(event => ranCall(seen, event, rules));

function ranCall(seen: SeenParticle, event: CallEvent, rules: Rules): RanCall {
  const { request, decision } = event;
  const { serviceId, functionName } = request;
  const proof = decision.kind === 'served' ? proofOf(seen, event) : undefined;
  return {
    call: `${serviceId}.${functionName}`,
    argumentsJson: shorten(request.argumentsJson, RESULT_MAX),
    decision: decision.kind,
    code: 'code' in decision ? decision.code : '',
    text: 'text' in decision ? decision.text : '',
    advice: decision.kind === 'denied' ? rules.adviceFor(event) : '',
    ...(proof && { proof }),
  };
}
