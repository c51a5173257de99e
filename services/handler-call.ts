import { current, isDraft } from 'immer';
import { canonicalJson, fromJsonValue, parseJson, toJsonValue } from '../interpreter/index.ts';
import type { CallResult, JsonValue } from '../interpreter/index.ts';
import type { CallContext } from './call-context.ts';
import type { Clock } from './clock.ts';
import type { ServiceFunction } from './define-service.ts';
import { ServiceError } from './errors.ts';
import type { ServiceErrorCode } from './errors.ts';
import { warn } from './logger.ts';
import type { Logger } from './logger.ts';
import { findPromise, followed } from './promises.ts';
import { isFail, Ok, OkJson } from './result.ts';
import { schemaMistake } from './schema-mistake.ts';
import { safeAbortController } from './safe-abort.ts';
import { StateLost, StateMisfit } from './service-instance.ts';
import type { StateChange, StatePatch, StateTurn } from './service-instance.ts';
import { messageOf, oneLine, stackOf } from './text.ts';

/** How a handler ended. */
export type HandlerEnd =
  | { readonly kind: 'answered'; readonly resultJson: string; readonly patches: readonly StatePatch[] }
  | {
      readonly kind: 'failed';
      readonly stage: 'handler' | 'result';
      readonly code: ServiceErrorCode;
      readonly text: string;
      readonly details?: JsonValue;
    };

/**
 * Stores the result of a call together with what the call has changed; resolves when both would survive a crash. Called in the
 * order in which changes were made. If it rejects, the change is taken back and the result is not used.
 */
export type KeepResult = (result: CallResult, change?: StateChange) => Promise<void>;

/** A result that could not be kept; `cause` says why. */
export class KeepFailed extends Error {
  override readonly name = 'KeepFailed';
}

export interface HandlerCall {
  readonly fn: ServiceFunction;
  readonly values: Readonly<Record<string, JsonValue | undefined>>;
  readonly turn: StateTurn<unknown>;
  readonly clock: Clock;
  /** Above 0. */
  readonly timeoutMs: number;
  readonly logger: Logger | undefined;
  /** Everything but what belongs to this call itself. */
  readonly context: Omit<CallContext<unknown, string>, 'state' | 'signal'>;
  readonly keep?: KeepResult | undefined;
  /** Registers what happens when the peer stops, and once more when it waits no longer; returns how to forget it. */
  readonly onStop?: ((callback: () => void) => () => void) | undefined;
}

/**
 * Runs a handler until it answers, fails, or its time is up, whichever comes first. The state keeps the changes of an
 * answer only. Whatever the handler does, this resolves.
 *
 * @throws What the host's own clock or service instance throws; it rejects with that. Dispatch then ends the turn.
 */
export function runHandler(call: HandlerCall): Promise<HandlerEnd> {
  const { turn, clock, timeoutMs } = call;
  const controller = safeAbortController();
  return new Promise((resolve, reject) => {
    let isOver = false;
    const giveUp = (end: HandlerEnd): void => {
      isOver = true;
      turn.drop();
      endTimers();
      resolve(end);
    };
    const cancel = clock.after(timeoutMs, () => {
      const text = `${nameOf(call)} gave no answer within ${timeoutMs} ms`;
      giveUp({ kind: 'failed', stage: 'handler', code: 'ERR_HANDLER_TIMEOUT', text });
      controller.abort(new ServiceError('ERR_HANDLER_TIMEOUT', text));
    });
    const forgetStop = (call.onStop ?? noStop)(() => {
      // The first time it may still answer.
      if (controller.signal.aborted) giveUp(stopped(call));
      cancel();
      controller.abort(new ServiceError('ERR_HANDLER_STOPPED', `${nameOf(call)}: the peer stops`));
    });
    const endTimers = (): void => {
      cancel();
      forgetStop();
    };
    work(call, controller.signal, { isOver: () => isOver, endTimers }).then(end => {
      if (end !== undefined) resolve(end);
    }, reject);
  });
}

const noStop = (): (() => void) => () => undefined;
const nameOf = ({ context, fn }: HandlerCall): string => `\`${context.serviceId}.${fn.name}\``;

interface Watch {
  /** The call was given up: whatever the handler still does is void. */
  readonly isOver: () => boolean;
  readonly endTimers: () => void;
}

/** `undefined`: the call was given up, or its time is up and the timer says so. An answer that comes when the peer stops counts. */
async function work(
  call: HandlerCall,
  signal: AbortSignal,
  { isOver, endTimers }: Watch,
): Promise<HandlerEnd | undefined> {
  const { fn, values, turn, context } = call;
  await turn.begun;
  if (isOver()) return undefined;
  if (signal.aborted) {
    endTimers();
    return stopped(call);
  }
  if (context.now() >= context.deadline) return undefined;
  let answer: unknown;
  try {
    answer = await followed(fn.handler(values, contextOf(context, turn, signal)));
  } catch (thrown) {
    // A refusal that was thrown is a refusal, not a fault: it counts as one that was returned.
    if (!isFail(thrown)) {
      turn.drop();
      findPromise(thrown);
      logThrown(call, thrown, isOver());
      if (isOver()) return undefined;
      endTimers();
      if (signal.aborted) return stopped(call);
      return { kind: 'failed', stage: 'handler', code: 'ERR_HANDLER_FAILED', text: messageOf(thrown) };
    }
    answer = thrown;
  }
  if (isOver()) {
    findPromise(answer);
    return undefined;
  }
  endTimers();
  return conclude(call, answer);
}

function stopped(call: HandlerCall): HandlerEnd {
  call.turn.drop();
  const text = `${nameOf(call)}: the peer stops`;
  return { kind: 'failed', stage: 'handler', code: 'ERR_HANDLER_STOPPED', text };
}

/** Only the message goes to the script: a stack would reveal files of this peer. */
function logThrown({ fn, context, logger }: HandlerCall, thrown: unknown, isLate: boolean): void {
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
  context: HandlerCall['context'],
  turn: StateTurn<unknown>,
  signal: AbortSignal,
): CallContext<unknown, string> {
  return Object.defineProperties(context as CallContext<unknown, string>, {
    signal: { value: signal, enumerable: true },
    state: { get: () => turn.draft(), enumerable: true },
  });
}

/** The answer is read before the draft ends: it may be a part of it. Change and answer are kept together, or neither is. */
async function conclude(call: HandlerCall, answer: unknown): Promise<HandlerEnd> {
  const { turn, keep, fn } = call;
  if (isFail(answer)) {
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
        : `${nameOf(call)} returned a Promise inside \`${oneLine(promise || 'ok(…)')}\`: await it`;
    return { kind: 'failed', stage: 'result', code: 'ERR_HANDLER_RESULT', text };
  }
  const mistake = fn.result && schemaMistake(fn.result, toJsonValue(parseJson(resultJson)));
  if (mistake !== undefined) {
    turn.drop();
    const text = `the answer does not fit the result schema of ${nameOf(call)}${mistake}`;
    return { kind: 'failed', stage: 'result', code: 'ERR_HANDLER_RESULT', text };
  }
  let change: StateChange | undefined;
  try {
    change = turn.commit();
  } catch (thrown) {
    const isExplained = thrown instanceof StateLost || thrown instanceof StateMisfit;
    const what = isExplained ? '' : 'the new state is not JSON: ';
    const text = `${what}${oneLine(messageOf(thrown))}`;
    return { kind: 'failed', stage: 'result', code: 'ERR_HANDLER_STATE', text };
  }
  try {
    await keep?.({ retCode: 0, resultJson }, change);
  } catch (cause) {
    change?.undo();
    throw new KeepFailed('the result could not be kept', { cause });
  }
  change?.confirm();
  return { kind: 'answered', resultJson, patches: change?.patches ?? [] };
}

function resultJsonOf(answer: unknown): string {
  if (answer instanceof OkJson) return canonicalJson(parseJson(answer.text));
  const given = answer instanceof Ok ? answer.value : answer;
  const value: unknown = isDraft(given) ? current(given) : given;
  return value === undefined ? 'null' : canonicalJson(fromJsonValue(value, 'result'));
}
