import { freeze } from 'immer';
import { ARGUMENTS_DEPTH_MAX, parseJson, toJsonValue } from '../../interpreter/index.ts';
import type { JsonValue } from '../../interpreter/index.ts';
import { argumentMistake, nameArguments } from '../arguments.ts';
import type { NamedArguments } from '../arguments.ts';
import { logOf } from '../call-facts.ts';
import type { Clock } from '../clock.ts';
import type { CallContext, CallFacts } from '../call-context.ts';
import { runHandler } from '../handler-call.ts';
import type { HandlerEnd } from '../handler-call.ts';
import { warn } from '../logger.ts';
import type { Logger } from '../logger.ts';
import type { ServiceInstance } from '../service-instance.ts';
import { failureText, messageOf, oneLine } from '../text.ts';
import { refusal } from './call-message.ts';
import type { ChannelAnswer, ChannelCall } from './call-message.ts';

export interface ServedCall {
  readonly call: ChannelCall;
  readonly instance: ServiceInstance;
  readonly clock: Clock;
  readonly logger: Logger | undefined;
  readonly callService: CallContext<unknown, string>['callService'];
  /** Registers what stops the call; see `runHandler`. */
  readonly onStop: (callback: () => void) => () => void;
}

/** Performs a call in the process of the service. The host's guards have allowed it; schemas are checked on both sides. Never rejects. */
export async function performCall(served: ServedCall): Promise<ChannelAnswer> {
  const { call, instance, logger } = served;
  try {
    const fn = call.service === instance.id ? instance.definition.functions.get(call.function) : undefined;
    if (fn === undefined) return refusal(`this process serves no \`${call.service}.${call.function}\``);
    const named = namedOf(fn, call);
    const mistake = argumentMistake(fn, named);
    if (mistake !== undefined) return refusal(`\`${call.service}.${call.function}\`: ${mistake}`);
    const turn = instance.takeTurn(fn.name);
    if (turn === undefined) return refusal(`\`${call.service}.${call.function}\`: too many calls wait`);
    try {
      const { clock, onStop } = served;
      const timeoutMs = Math.min(call.remainingMs, fn.timeoutMs);
      const context = contextOf(served, named);
      return answerOf(
        await runHandler({ fn, values: named.values, turn, clock, timeoutMs, context, logger, onStop }),
      );
    } finally {
      turn.drop();
    }
  } catch (failure) {
    warn(logger, 'a call could not be performed', { reason: oneLine(messageOf(failure)) });
    return refusal('this process cannot perform calls now');
  }
}

function namedOf(fn: Parameters<typeof nameArguments>[0], call: ChannelCall): NamedArguments {
  const given = toJsonValue(parseJson(call.argumentsJson, ARGUMENTS_DEPTH_MAX)) as JsonValue[];
  return nameArguments(fn, {
    serviceId: call.service,
    functionName: call.function,
    arguments: given,
    argumentsJson: call.argumentsJson,
    tetraplets: call.tetraplets.map(list => [...list]),
    elementwise: [...call.elementwise],
    // Origins further down stay with the host, whose guards have read them.
    origins: [],
    site: '',
  });
}

function contextOf(
  { call, clock, logger, callService }: ServedCall,
  { guarded, rest }: NamedArguments,
): Omit<CallContext<unknown, string>, 'state' | 'signal'> {
  const { peerId, initPeerId, particleId, timestamp, ttl, argumentsJson, idempotencyKey } = call;
  const now = (): number => clock.now();
  const deadline = now() + call.remainingMs;
  const facts: CallFacts = {
    peerId,
    initPeerId,
    particleId,
    timestamp,
    ttl,
    serviceId: call.service,
    functionName: call.function,
    now,
  };
  const names = [...guarded.keys()];
  return {
    ...facts,
    arguments: Object.fromEntries(guarded),
    tetraplets: freeze(
      Object.fromEntries([...guarded].map(([name, argument]) => [name, argument.tetraplets])),
    ),
    origins: Object.fromEntries(names.map(name => [name, undefined])),
    rest,
    argumentsJson,
    deadline,
    log: logOf(logger, facts, ''),
    get remainingMs() {
      return Math.max(0, deadline - now());
    },
    idempotencyKey,
    callService,
  };
}

function answerOf(end: HandlerEnd): ChannelAnswer {
  if (end.kind === 'answered') return { resultJson: end.resultJson };
  return { fail: failureText(end.text), details: end.details ?? { code: end.code } };
}
