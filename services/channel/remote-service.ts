import { checkOptions, hasMethods, isAnything, shown } from '../../base/options.ts';
import { utf8Size } from '../../base/bytes.ts';
import { allowedFunctions } from '../allowed-services.ts';
import type { AllowedFunctions, AllowedService } from '../allowed-services.ts';
import type { CallContext } from '../call-context.ts';
import { isDefinition } from '../declaration.ts';
import type { ServiceDefinition, ServiceFunction } from '../define-service.ts';
import { fail, okJson } from '../result.ts';
import type { Fail, OkJson } from '../result.ts';
import { startService } from '../service-instance.ts';
import type { ServiceInstance } from '../service-instance.ts';
import { answerAsk } from './answer-ask.ts';
import type { ChannelCall } from './call-message.ts';
import type { Channel } from './channel.ts';
import { ChannelError } from './errors.ts';

const FUNCTION_NAME_BYTES_MAX = 1024;

/** What {@link remoteService} may be given. */
export interface RemoteServiceOptions {
  /**
   * Functions of other services of the peer that it may call, with `call.callService`, while it performs a call. Their schemas check what crosses,
   * and the gatekeeper decides as well: rules of the access list name this service in `callers`. Left out: none.
   */
  readonly services?: readonly AllowedService[];
}

/**
 * Runs a service that lives in another process. Guards, schemas, access list and policy are those of the definition, and this peer applies them:
 * arguments before they leave, answers when they arrive. The other process gets the call, and the origins of its arguments as tetraplets.
 *
 * Handlers and state of the definition are not used here: the other process has its own, and a state that it keeps must count each
 * `idempotencyKey` once.
 *
 * @throws {TypeError} If this is not a definition, or not a channel, or an option is misspelt or of the wrong kind.
 * @example createPeer({ secretKey, transport, services: [remoteService(blog({ authPeer }), channel)] })
 */
export function remoteService(
  definition: ServiceDefinition,
  channel: Channel,
  options: RemoteServiceOptions = {},
): ServiceInstance {
  checkOptions('remoteService', options, { services: isAnything });
  if (!isDefinition(definition))
    throw new TypeError(`remoteService: expected what defineService(…) gives, found ${shown(definition)}`);
  const mistake = hasMethods('call', 'open', 'close')(channel);
  if (mistake !== undefined) throw new TypeError(`remoteService: the channel must be ${mistake}`);
  const allowed = allowedFunctions('remoteService: services', options.services ?? []);
  const functions = [...definition.functions].map(([name, fn]): [string, ServiceFunction] => {
    if (utf8Size(name) > FUNCTION_NAME_BYTES_MAX)
      throw new TypeError(`remoteService: a function's name has at most ${FUNCTION_NAME_BYTES_MAX} bytes`);
    return [name, { ...fn, handler: (_, call) => handled(call, channel, allowed) }];
  });
  return startService({ id: definition.id, functions: new Map(functions), initialState: undefined });
}

/** A call that the channel cannot make is an ordinary refusal: scripts can catch it, and the recording has its code. */
async function handled(
  call: CallContext<unknown, string>,
  channel: Channel,
  allowed: AllowedFunctions,
): Promise<OkJson | Fail> {
  try {
    const asks = allowed.size === 0 ? undefined : answerAsk(allowed, call);
    const answer = await channel.call(callOf(call), call.signal, asks);
    return answer.fail === undefined ? okJson(answer.resultJson) : fail(answer.fail, answer.details);
  } catch (failure) {
    if (!(failure instanceof ChannelError)) throw failure;
    return fail(failure.message, { code: failure.code });
  }
}

function callOf(call: CallContext<unknown, string>): ChannelCall {
  const all = Object.values(call.arguments);
  return {
    service: call.serviceId,
    function: call.functionName,
    argumentsJson: call.argumentsJson,
    tetraplets: all.map(({ tetraplets }) => tetraplets),
    elementwise: all.map(({ elementwise }) => elementwise),
    peerId: call.peerId,
    initPeerId: call.initPeerId,
    particleId: call.particleId,
    timestamp: call.timestamp,
    ttl: call.ttl,
    remainingMs: call.remainingMs,
    idempotencyKey: call.idempotencyKey,
  };
}

/**
 * The handler of functions that another process serves, for definitions whose handlers are not written in JavaScript.
 *
 * @throws {TypeError} If it runs: such a definition belongs into `remoteService`.
 * @example handler: servedElsewhere
 */
export function servedElsewhere(): never {
  throw new TypeError(
    'another process serves this function; start it with remoteService(definition, channel)',
  );
}
