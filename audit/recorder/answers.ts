import { canonicalJson, fromJsonValue, JsonError, type CallResult } from '../../interpreter/index.ts';
import type { CallDecision } from '../../services/index.ts';
import type { EntryOf, RecordedResult } from '../recording/entry.ts';
import type { RecordingWriter } from './writer.ts';

/** Writes what a service or a peer has answered. */
export function answerOf(writer: RecordingWriter, answer: CallResult): RecordedResult {
  const text =
    'resultJson' in answer ? answer.resultJson : canonicalJson(fromJsonValue(answer.result, 'result'));
  return writer.answer(answer.retCode, text);
}

export function isSameAnswer(a: RecordedResult, b: RecordedResult): boolean {
  if (a.ret !== b.ret) return false;
  return 'result' in a ? 'result' in b && a.result === b.result : 'text' in b && a.text === b.text;
}

/** Writes why a call was denied, by which policy, what it changed and called, what code ran, and what a failure says of itself. */
export function explanationsOf(
  writer: RecordingWriter,
  decision: CallDecision,
): Pick<EntryOf<'decision'>, 'denial' | 'patches' | 'details' | 'policy' | 'source' | 'calls'> {
  const json = (value: unknown): string => writer.value(jsonText(value));
  return {
    ...('denial' in decision && decision.denial !== undefined && { denial: json(decision.denial) }),
    ...('patches' in decision && decision.patches.length > 0 && { patches: json(decision.patches) }),
    ...('details' in decision && decision.details !== undefined && { details: json(decision.details) }),
    ...('policy' in decision && decision.policy !== undefined && { policy: json(decision.policy) }),
    ...('source' in decision && decision.source !== undefined && { source: decision.source }),
    ...('calls' in decision && decision.calls !== undefined && { calls: json(decision.calls) }),
  };
}

/** A guard of one's own may give a reason that is not JSON. */
function jsonText(value: unknown): string {
  try {
    return canonicalJson(fromJsonValue(value, 'decision'));
  } catch (failure) {
    if (failure instanceof JsonError) return JSON.stringify(`not JSON: ${failure.message}`);
    throw failure;
  }
}
