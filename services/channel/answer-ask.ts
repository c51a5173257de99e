import { ARGUMENTS_DEPTH_MAX, parseJson, toJsonValue } from '../../interpreter/index.ts';
import type { JsonValue } from '../../interpreter/index.ts';
import { callAllowed } from '../allowed-services.ts';
import type { AllowedFunctions } from '../allowed-services.ts';
import type { CallContext } from '../call-context.ts';
import { messageOf } from '../text.ts';
import { refusal } from './call-message.ts';
import type { ChannelAnswer, ServiceAsk } from './call-message.ts';

/** Answers what a service asks its host for during a call. Never rejects. */
export type AnswerAsk = (ask: ServiceAsk) => Promise<ChannelAnswer>;

/** The refusal for a service that may call nothing. */
export const NO_ASKS = 'this service may call no other services: remoteService was given none';

/** Makes the calls of a service by its allow-list, as calls of the handler whose call it performs. */
export function answerAsk(allowed: AllowedFunctions, call: CallContext<unknown, string>): AnswerAsk {
  let hasFailed = false;
  return async ({ service, function: name, argumentsJson }) => {
    try {
      const args = toJsonValue(parseJson(argumentsJson, ARGUMENTS_DEPTH_MAX)) as JsonValue[];
      const end = await callAllowed(allowed, { service, name, args }, call);
      return end.kind === 'served' ? { resultJson: end.resultJson } : refusal(end.text);
    } catch (thrown) {
      // Once for each call: the service decides how often it asks.
      if (!hasFailed)
        call.log.warn('a call of a remote service failed in the host', { message: messageOf(thrown) });
      hasFailed = true;
      return refusal('the host could not answer');
    }
  };
}
