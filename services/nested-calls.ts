import { canonicalJson, fromJsonValue, parseJson, toJsonValue } from '../interpreter/index.ts';
import type { CallRequest, JsonValue, Origin } from '../interpreter/index.ts';
import type { CallContext } from './call-context.ts';
import { failureOf } from './call-decision.ts';
import type { CallDecision, NestedCall } from './call-decision.ts';
import type { Dispatcher, IncomingCall } from './dispatch.ts';
import { NESTED_CALLS_DEPTH_MAX, NESTED_CALLS_MAX } from './limits.ts';

/** What a handler's own calls need. */
export interface NestedParts {
  readonly dispatcher: Dispatcher;
  /** The call whose handler runs. */
  readonly call: IncomingCall;
  readonly peerId: string;
}

/** The calls that one handler makes of other services. */
export interface NestedCalls {
  readonly callService: CallContext<unknown, string>['callService'];
  /** Those that have ended: all of them, once `close` has resolved. */
  readonly made: readonly NestedCall[];
  /** The handler has ended: it makes no more calls, and those under way are given up, so that nothing happens behind its end. */
  close(): Promise<void>;
}

/** Lets a handler call other services of its peer: through the same dispatcher, as its own service, for the same particle. */
export function nestedCalls({ dispatcher, call, peerId }: NestedParts): NestedCalls {
  const { serviceId, site } = call.request;
  const waiting = [...(call.waiting ?? []), ...(call.caller === undefined ? [] : [call.caller])];
  const made: NestedCall[] = [];
  const underWay = new Set<Promise<CallDecision>>();
  const stops = new Set<() => void>();
  let begun = 0;
  let isOver = false;
  const onStop = (stop: () => void): (() => void) => {
    stops.add(stop);
    const forget = call.onStop?.(stop);
    return () => {
      stops.delete(stop);
      forget?.();
    };
  };
  const make = async (request: CallRequest): Promise<CallDecision> => {
    const { particle, sender, keepNested } = call;
    const decision = await dispatcher.dispatch({
      request,
      particle,
      sender,
      caller: serviceId,
      waiting,
      onStop,
      ...(keepNested && { keep: keepNested, keepNested }),
    });
    const known = isOver ? givenUp(request, decision) : decision;
    made.push(nestedCall(request, known));
    return known;
  };
  return {
    made,
    async close() {
      isOver = true;
      // Once to end its work, once more to wait no longer.
      for (const stop of stops) stop();
      for (const stop of stops) stop();
      await Promise.allSettled(underWay);
    },
    async callService(service, functionName, args) {
      const name = `callService: \`${service}.${functionName}\``;
      if (isOver) throw new TypeError(`${name}: the call has ended; await all work first`);
      if (begun >= NESTED_CALLS_MAX) throw new TypeError(`${name}: more than ${NESTED_CALLS_MAX} calls`);
      begun += 1;
      const work = make(requestOf(service, functionName, args, `${site}>${begun}`, sourceOf(peerId)));
      underWay.add(work);
      try {
        return await work;
      } finally {
        underWay.delete(work);
      }
    },
  };
}

/** What stopped it was the end of the call that made it, not that of the peer. */
function givenUp({ serviceId, functionName }: CallRequest, decision: CallDecision): CallDecision {
  if (decision.kind !== 'failed' || decision.code !== 'ERR_HANDLER_STOPPED') return decision;
  return { ...decision, ...failureOf(`\`${serviceId}.${functionName}\`: the call that made it has ended`) };
}

/** Why a call by a service must not be made; `undefined` if it may be. */
export function nestingMistake({ request, caller, waiting = [] }: IncomingCall): string | undefined {
  if (caller === undefined) return undefined;
  if (caller === request.serviceId || waiting.includes(request.serviceId))
    return 'a service must not call itself, not even through others';
  return waiting.length + 1 > NESTED_CALLS_DEPTH_MAX ? 'too many services wait for each other' : undefined;
}

/**
 * Arguments of `callService` as canonical JSON text.
 *
 * @throws {TypeError} If names or arguments are of the wrong kind.
 */
export function nestedArguments(serviceId: string, functionName: string, args: readonly JsonValue[]): string {
  if (typeof serviceId !== 'string' || typeof functionName !== 'string' || !Array.isArray(args))
    throw new TypeError('callService takes the names of a service and a function, and a list of arguments');
  return canonicalJson(fromJsonValue(args, 'arguments'));
}

function requestOf(
  serviceId: string,
  functionName: string,
  args: readonly JsonValue[],
  site: string,
  origin: Origin,
): CallRequest {
  const argumentsJson = nestedArguments(serviceId, functionName, args);
  // Copied: the caller may change what it has passed.
  const copied = toJsonValue(parseJson(argumentsJson)) as JsonValue[];
  return {
    serviceId,
    functionName,
    arguments: copied,
    argumentsJson,
    tetraplets: copied.map(() => [origin.tetraplet]),
    elementwise: copied.map(() => false),
    origins: copied.map(() => origin),
    site,
  };
}

/**
 * The service may pass on anything, whatever it was given: no guard may take it for an answer. So it has no parts either: `derivedOnlyFrom`
 * would take a value that the service made up for one that was put together from them.
 */
const sourceOf = (peerId: string): Origin => ({
  kind: 'composed',
  tetraplet: { peerId, serviceId: '', functionName: '', getter: '' },
  record: undefined,
  arguments: [],
  parts: [],
  selectors: [],
});

function nestedCall(request: CallRequest, decision: CallDecision): NestedCall {
  const { serviceId, functionName, argumentsJson } = request;
  const { result } = decision;
  return {
    service: serviceId,
    function: functionName,
    args: argumentsJson,
    retCode: result.retCode,
    ...('code' in decision && { code: decision.code }),
    result: 'resultJson' in result ? result.resultJson : JSON.stringify(result.result),
  };
}
