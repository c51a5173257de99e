import { current, isDraft } from 'immer';
import { canonicalJson, fromJsonValue, parseJson } from '../interpreter/index.ts';
import type { JsonValue } from '../interpreter/index.ts';
import type { CallContext } from './call-context.ts';
import type { Clock } from './clock.ts';
import type { ServiceFunction } from './define-service.ts';
import { ServiceError } from './errors.ts';
import type { ServiceErrorCode } from './errors.ts';
import { Fail, Ok, OkJson } from './result.ts';
import type { StatePatch, StateTurn } from './service-instance.ts';
import { messageOf, oneLine } from './text.ts';

/** How a handler's run ended. */
export type HandlerEnd =
  | { readonly kind: 'answered'; readonly resultJson: string; readonly patches: readonly StatePatch[] }
  | {
      readonly kind: 'failed';
      readonly stage: 'handler' | 'result';
      readonly code: ServiceErrorCode;
      readonly text: string;
      readonly details?: JsonValue;
    };

export interface HandlerRun {
  readonly fn: ServiceFunction;
  readonly values: Readonly<Record<string, JsonValue | undefined>>;
  readonly turn: StateTurn<unknown>;
  readonly clock: Clock;
  /** Above 0. */
  readonly timeoutMs: number;
  /** Everything but what belongs to the run itself. */
  readonly context: Omit<CallContext<unknown, string>, 'state' | 'signal'>;
}

/**
 * Runs a handler until it answers, fails, or its time is up, whichever comes first. The state keeps the changes of an
 * answer only. Never rejects, whatever the handler does.
 */
export function runHandler(run: HandlerRun): Promise<HandlerEnd> {
  const { turn, clock, timeoutMs, fn } = run;
  const controller = new AbortController();
  return new Promise(resolve => {
    const cancel = clock.after(timeoutMs, () => {
      turn.drop();
      const text = `\`${run.context.serviceId}.${fn.name}\` gave no answer within ${timeoutMs} ms`;
      controller.abort(new ServiceError('ERR_HANDLER_TIMEOUT', text));
      resolve({ kind: 'failed', stage: 'handler', code: 'ERR_HANDLER_TIMEOUT', text });
    });
    void work(run, controller.signal).then(end => {
      if (end === undefined) return;
      cancel();
      resolve(end);
    });
  });
}

/** `undefined`: the time is up, and the timer tells. */
async function work(run: HandlerRun, signal: AbortSignal): Promise<HandlerEnd | undefined> {
  const { fn, values, turn, context } = run;
  await turn.begun;
  if (signal.aborted || context.now() >= context.deadline) return undefined;
  try {
    const answer: unknown = await fn.handler(values, contextOf(context, turn, signal));
    return signal.aborted ? undefined : conclude(answer, turn);
  } catch (thrown) {
    if (signal.aborted) return undefined;
    turn.drop();
    return { kind: 'failed', stage: 'handler', code: 'ERR_HANDLER_FAILED', text: messageOf(thrown) };
  }
}

/** Completes the context in place: what is costly in it is computed when looked at, and copying would look. */
function contextOf(
  context: HandlerRun['context'],
  turn: StateTurn<unknown>,
  signal: AbortSignal,
): CallContext<unknown, string> {
  return Object.defineProperties(context as CallContext<unknown, string>, {
    signal: { value: signal, enumerable: true },
    state: { get: () => turn.draft(), enumerable: true },
  });
}

/** The answer is read before the draft ends: it may be a part of it. */
function conclude(answer: unknown, turn: StateTurn<unknown>): HandlerEnd {
  if (answer instanceof Fail) {
    turn.drop();
    const { message, details } = answer;
    return { kind: 'failed', stage: 'handler', code: 'ERR_CALL_FAILED', text: message, details };
  }
  let resultJson: string;
  try {
    resultJson = resultJsonOf(answer);
  } catch (thrown) {
    turn.drop();
    const text = `the answer is not JSON: ${oneLine(messageOf(thrown))}`;
    return { kind: 'failed', stage: 'result', code: 'ERR_HANDLER_RESULT', text };
  }
  try {
    return { kind: 'answered', resultJson, patches: turn.commit() };
  } catch (thrown) {
    const text = `the new state is not JSON: ${oneLine(messageOf(thrown))}`;
    return { kind: 'failed', stage: 'result', code: 'ERR_HANDLER_STATE', text };
  }
}

function resultJsonOf(answer: unknown): string {
  if (answer instanceof OkJson) return canonicalJson(parseJson(answer.text));
  const given = answer instanceof Ok ? answer.value : answer;
  const value: unknown = isDraft(given) ? current(given) : given;
  return value === undefined ? 'null' : canonicalJson(fromJsonValue(value, 'result'));
}
