import { current, isDraft } from 'immer';
import { canonicalJson, fromJsonValue, parseJson } from '../interpreter/index.ts';
import type { JsonValue } from '../interpreter/index.ts';
import type { CallContext } from './call-context.ts';
import type { Clock } from './clock.ts';
import type { ServiceFunction } from './define-service.ts';
import { ServiceError } from './errors.ts';
import type { ServiceErrorCode } from './errors.ts';
import { warn } from './logger.ts';
import type { Logger } from './logger.ts';
import { findPromise } from './promises.ts';
import { Fail, Ok, OkJson } from './result.ts';
import { safeAbortController } from './safe-abort.ts';
import type { StatePatch, StateTurn } from './service-instance.ts';
import { messageOf, oneLine, stackOf } from './text.ts';

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
  readonly logger: Logger | undefined;
  /** Everything but what belongs to the run itself. */
  readonly context: Omit<CallContext<unknown, string>, 'state' | 'signal'>;
}

/**
 * Runs a handler until it answers, fails, or its time is up, whichever comes first. The state keeps the changes of an
 * answer only. Whatever the handler does, this resolves.
 *
 * @throws What the host's own clock or service instance throws; it rejects with that. Dispatch then ends the turn.
 */
export function runHandler(run: HandlerRun): Promise<HandlerEnd> {
  const { turn, clock, timeoutMs } = run;
  const controller = safeAbortController();
  return new Promise((resolve, reject) => {
    const cancel = clock.after(timeoutMs, () => {
      turn.drop();
      const text = `${nameOf(run)} gave no answer within ${timeoutMs} ms`;
      resolve({ kind: 'failed', stage: 'handler', code: 'ERR_HANDLER_TIMEOUT', text });
      controller.abort(new ServiceError('ERR_HANDLER_TIMEOUT', text));
    });
    work(run, controller.signal).then(end => {
      if (end === undefined) return;
      cancel();
      resolve(end);
    }, reject);
  });
}

const nameOf = ({ context, fn }: HandlerRun): string => `\`${context.serviceId}.${fn.name}\``;

/** `undefined`: the time is up, and the timer reports it. */
async function work(run: HandlerRun, signal: AbortSignal): Promise<HandlerEnd | undefined> {
  const { fn, values, turn, context } = run;
  await turn.begun;
  if (signal.aborted || context.now() >= context.deadline) return undefined;
  try {
    const answer: unknown = await fn.handler(values, contextOf(context, turn, signal));
    if (!signal.aborted) return conclude(run, answer);
    findPromise(answer);
    return undefined;
  } catch (thrown) {
    turn.drop();
    findPromise(thrown);
    logThrown(run, thrown, signal.aborted);
    if (signal.aborted) return undefined;
    return { kind: 'failed', stage: 'handler', code: 'ERR_HANDLER_FAILED', text: messageOf(thrown) };
  }
}

/** Only the message goes to the script: a stack would reveal files of this peer. */
function logThrown({ fn, context, logger }: HandlerRun, thrown: unknown, isLate: boolean): void {
  const stack = stackOf(thrown);
  warn(logger, isLate ? 'a handler threw after its call had ended' : 'a handler threw', {
    serviceId: context.serviceId,
    functionName: fn.name,
    particleId: context.particleId,
    message: oneLine(messageOf(thrown)),
    ...(stack !== undefined && { stack }),
  });
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
function conclude(run: HandlerRun, answer: unknown): HandlerEnd {
  const { turn } = run;
  if (answer instanceof Fail) {
    const { text, json: details } = answer;
    findPromise(answer);
    turn.drop();
    return { kind: 'failed', stage: 'handler', code: 'ERR_CALL_FAILED', text, details };
  }
  let resultJson: string;
  try {
    resultJson = resultJsonOf(answer);
  } catch (thrown) {
    const promise = findPromise(answer instanceof Ok ? answer.value : answer);
    turn.drop();
    const text =
      promise === undefined
        ? `the answer is not JSON: ${oneLine(messageOf(thrown))}`
        : `${nameOf(run)} returned a Promise inside \`${oneLine(promise || 'ok(…)')}\`: await it`;
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
