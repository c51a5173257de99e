import { isCatchableCode } from '../interpreter/index.ts';
import { ExitCode } from './errors.ts';
import type { RunReport } from './session.ts';

export type OutcomeName = 'ok' | 'script-error' | 'network-error' | 'denied' | 'refused';

export interface Verdict {
  readonly outcome: OutcomeName;
  readonly exitCode: ExitCode;
  /** The layer that said no: `verification`, `admission`, `gatekeeper`, `guards`, `arguments`, `handler`, …; empty if none did. */
  readonly layer: string;
  /** Stable code of the first refusal; empty if there was none. */
  readonly code: string;
  /** Peer id of who said no. */
  readonly peerId: string;
  readonly text: string;
}

const OK: Verdict = { outcome: 'ok', exitCode: ExitCode.ok, layer: '', code: '', peerId: '', text: '' };

/** What a run comes to, in one word: the gravest thing that happened on any peer. */
export function verdictOf(report: RunReport): Verdict {
  return refusal(report) ?? denial(report) ?? scriptError(report) ?? networkError(report) ?? OK;
}

function refusal({ refusals }: RunReport): Verdict | undefined {
  const [first] = refusals;
  if (first === undefined) return undefined;
  const { stage, code, peerId, message } = first;
  return { outcome: 'refused', exitCode: ExitCode.refused, layer: stage, code, peerId, text: message };
}

function denial({ calls }: RunReport): Verdict | undefined {
  for (const { decision, peerId } of calls) {
    if (decision.kind !== 'denied') continue;
    const { stage, code, text } = decision;
    return { outcome: 'denied', exitCode: ExitCode.denied, layer: stage, code, peerId, text };
  }
  return undefined;
}

function scriptError({ steps, calls, failure }: RunReport): Verdict | undefined {
  const uncaught = steps.find(({ outcome }) => isCatchableCode(outcome.retCode));
  if (uncaught === undefined && failure?.code !== 'ERR_STARTED_SCRIPT') return undefined;
  const base = { outcome: 'script-error', exitCode: ExitCode.scriptError } as const;
  for (const { decision, peerId } of calls) {
    if (decision.kind === 'served' || decision.kind === 'denied') continue;
    return { ...base, layer: decision.stage, code: decision.code, peerId, text: decision.text };
  }
  if (uncaught === undefined)
    return { ...base, layer: 'script', code: failure?.code ?? '', peerId: '', text: failure?.message ?? '' };
  const { retCode, errorMessage } = uncaught.outcome;
  const { currentPeerId: peerId } = uncaught.input.params;
  return { ...base, layer: 'script', code: `ERR_RUN_${retCode}`, peerId, text: errorMessage };
}

function networkError({ sends, failure }: RunReport): Verdict | undefined {
  const base = { outcome: 'network-error', exitCode: ExitCode.network, layer: 'network' } as const;
  const failed = sends.find(send => send.failure !== undefined);
  if (failed?.failure !== undefined) {
    return { ...base, code: 'ERR_STARTED_SEND', peerId: failed.peerId, text: failed.failure };
  }
  if (failure === undefined) return undefined;
  return { ...base, code: failure.code, peerId: '', text: failure.message };
}
