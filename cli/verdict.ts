import { isCatchableCode, RetCode } from '../interpreter/index.ts';
import { ExitCode } from './errors.ts';
import type { RunRefusal, ScriptReport } from '../network/index.ts';

export type OutcomeName = 'ok' | 'script-error' | 'network-error' | 'denied' | 'refused';

export interface Verdict {
  readonly outcome: OutcomeName;
  readonly exitCode: ExitCode;
  /** The layer that refused: `verification`, `admission`, `gatekeeper`, `guards`, `arguments`, `handler`, …; empty if none did. */
  readonly layer: string;
  /** Stable code of the first refusal; empty if there was none. */
  readonly code: string;
  /** Id of the peer that refused. */
  readonly peerId: string;
  readonly text: string;
}

const OK: Verdict = { outcome: 'ok', exitCode: ExitCode.ok, layer: '', code: '', peerId: '', text: '' };

/** The outcome of a run in one word: the most severe event on any peer. */
export function verdictOf(report: ScriptReport): Verdict {
  return refusal(report) ?? denial(report) ?? scriptError(report) ?? networkError(report) ?? OK;
}

function refusal({ refusals }: ScriptReport): Verdict | undefined {
  const first = refusals.find(event => !isAuthorsMistake(event));
  if (first === undefined) return undefined;
  const { stage, code, peerId, message } = first;
  return { outcome: 'refused', exitCode: ExitCode.refused, layer: stage, code, peerId, text: message };
}

function denial({ calls }: ScriptReport): Verdict | undefined {
  for (const { decision, peerId } of calls) {
    if (decision.kind !== 'denied') continue;
    const { stage, code, text } = decision;
    return { outcome: 'denied', exitCode: ExitCode.denied, layer: stage, code, peerId, text };
  }
  return undefined;
}

/**
 * Codes of runs that end because of the script: a name set twice, an endless stream. They accuse no peer, not even the
 * sender of the particle.
 */
const AUTHORS_MISTAKES: ReadonlySet<string> = new Set(
  [
    RetCode.foldStateNotFound,
    RetCode.iterableShadowing,
    RetCode.multipleIterableValues,
    RetCode.shadowingNotAllowed,
    RetCode.streamSizeLimit,
    RetCode.depthLimit,
    RetCode.instructionLimit,
  ].map(code => `ERR_RUN_${code}`),
);

/** Whether a run was refused for a mistake of the script's author. */
export const isAuthorsMistake = ({ code }: Pick<RunRefusal, 'code'>): boolean => AUTHORS_MISTAKES.has(code);

function scriptError({ steps, calls, refusals, failure }: ScriptReport): Verdict | undefined {
  const base = { outcome: 'script-error', exitCode: ExitCode.scriptError } as const;
  const mistake = refusals.find(isAuthorsMistake);
  if (mistake !== undefined) {
    const { code, peerId, message } = mistake;
    return { ...base, layer: 'script', code, peerId, text: message };
  }
  const uncaught = steps.find(({ outcome }) => isCatchableCode(outcome.retCode));
  if (uncaught === undefined && failure?.code !== 'ERR_STARTED_SCRIPT') return undefined;
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

function networkError({ sends, failure }: ScriptReport): Verdict | undefined {
  const base = { outcome: 'network-error', exitCode: ExitCode.network, layer: 'network' } as const;
  const failed = sends.find(send => send.failure !== undefined);
  if (failed?.failure !== undefined) {
    return { ...base, code: 'ERR_STARTED_SEND', peerId: failed.peerId, text: failed.failure };
  }
  if (failure === undefined) return undefined;
  return { ...base, code: failure.code, peerId: '', text: failure.message };
}
