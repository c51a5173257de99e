import { toBase58 } from '../base/bytes.ts';
import { checkOptions, hasMethods, isAnything, isFunction, isString, required } from '../base/options.ts';
import type { Shape } from '../base/options.ts';
import type { CallRequest } from '../interpreter/index.ts';
import { argumentMistake, askGuards, nameArguments } from './arguments.ts';
import type { NamedArguments } from './arguments.ts';
import { callKeyOf } from './call-key.ts';
import type { CallContext, CallFacts } from './call-context.ts';
import { failureOf } from './call-decision.ts';
import type { CallDecision, CallParticle } from './call-decision.ts';
import type { Clock } from './clock.ts';
import { isGuardMode } from './declaration.ts';
import type { ServiceFunction } from './define-service.ts';
import type { ServiceErrorCode } from './errors.ts';
import type { Acl } from './gatekeeper/acl.ts';
import { createGatekeeper } from './gatekeeper/gatekeeper.ts';
import type { Gatekeeper } from './gatekeeper/gatekeeper.ts';
import type { GuardMode } from './guard-mode.ts';
import type { Denial } from './guards/denial.ts';
import { formatDenial } from './guards/denial-text.ts';
import type { NameOf } from './guards/denial-text.ts';
import { KeepFailed, runHandler } from './handler-run.ts';
import type { KeepResult } from './handler-run.ts';
import { hostFailed } from './host-failure.ts';
import type { Logger } from './logger.ts';
import type { ServiceLookup } from './registry.ts';
import type { ServiceInstance } from './service-instance.ts';

/** What {@link createDispatcher} is given. */
export interface DispatcherOptions {
  /** The peer that runs the services; owner of its management functions. */
  readonly peerId: string;
  readonly registry: ServiceLookup;
  readonly clock: Clock;
  /** Left out: management functions for the owner, everything else for everybody. */
  readonly acl?: Acl;
  /** Left out: `enforce`. */
  readonly guardMode?: GuardMode;
  /** Names for denial texts; they travel to the script, so do not name what must stay private. */
  readonly nameOf?: NameOf;
  /** Receives what the script must not see: stacks of handlers that throw, faults of the host. Left out: not logged. */
  readonly logger?: Logger;
}

const OPTIONS: Shape<DispatcherOptions> = {
  peerId: required(isString),
  registry: required(hasMethods('find')),
  clock: required(hasMethods('now', 'after')),
  acl: isAnything,
  guardMode: isGuardMode,
  nameOf: isFunction,
  logger: hasMethods('warn'),
};

/** A call request, and the particle that it is of. */
export interface IncomingCall {
  readonly request: CallRequest;
  readonly particle: CallParticle;
  /** Services of this particle alone, such as its callbacks; searched before the registry. */
  readonly scope?: ServiceLookup;
  /** Stores each result before it is used. Left out: nothing is stored. */
  readonly keep?: KeepResult;
  /**
   * Registers what to call when the peer stops: the handler's `AbortSignal` fires. Called once more, it gives the handler up. Returns
   * how to forget it.
   */
  readonly onStop?: (callback: () => void) => () => void;
}

/** Takes call requests of the interpreter to services. See {@link createDispatcher}. */
export interface Dispatcher {
  /**
   * Decides and performs one call. Settles at the latest when the particle expires, whatever the handler does; never throws, and
   * rejects only if `keep` does.
   */
  dispatch(call: IncomingCall): Promise<CallDecision>;
}

/**
 * The one place where a call meets the rules, and the one order: unknown functions are rejected before access control, callers
 * without rights learn nothing about arguments, and no handler runs before every guard has allowed its argument.
 *
 * @throws {TypeError} If an option is missing, misspelt or of the wrong kind.
 * @throws {ServiceError} `ERR_ACL_SHAPE` if the access list is malformed.
 * @example
 * const registry = createRegistry([startService(blog)]);
 * const dispatcher = createDispatcher({ peerId, registry, clock, guardMode: 'enforce' });
 * const decision = await dispatcher.dispatch({ request, particle });
 */
export function createDispatcher(options: DispatcherOptions): Dispatcher {
  checkOptions('createDispatcher', options, OPTIONS);
  const { logger } = options;
  const gatekeeper = createGatekeeper(options.peerId, options.acl);
  return {
    async dispatch(call) {
      let decision: CallDecision;
      try {
        decision = await decide(options, gatekeeper, call);
      } catch (thrown) {
        if (thrown instanceof KeepFailed) throw thrown.cause;
        decision = hostFailed(call, thrown, logger);
      }
      // A call that was interrupted has no result: it is made again after the restart. Answers are kept with their state.
      const isOver = decision.kind !== 'served' && decision.code !== 'ERR_HANDLER_STOPPED';
      if (isOver) await (Object(call) as IncomingCall).keep?.(decision.result);
      return decision;
    },
  };
}

async function decide(
  { peerId, registry, clock, guardMode = 'enforce', nameOf, logger }: DispatcherOptions,
  gatekeeper: Gatekeeper,
  { request, particle, scope, keep, onStop }: IncomingCall,
): Promise<CallDecision> {
  const { serviceId, functionName } = request;

  const target = find([scope, registry], request);
  if (target.kind === 'unknown') return refuse('find', target.code, notFoundText(request));
  const { instance, fn } = target;
  const name = `\`${serviceId}.${functionName}\``;
  const facts = factsOf(request, particle, peerId, clock);

  const refusal = gatekeeper.check({ ...facts, management: fn.management });
  if (refusal !== undefined) {
    const denial = { serviceId, functionName, caller: refusal, arguments: [] };
    return deny('gatekeeper', 'ERR_CALL_DENIED_ACL', denial, nameOf);
  }

  const named = nameArguments(fn, request);
  const mistake = argumentMistake(fn, named);
  if (mistake !== undefined) return refuse('arguments', 'ERR_CALL_ARGUMENTS', `${name}: ${mistake}`);

  const { denial, noted } = askGuards(fn, named, facts, fn.guardMode ?? guardMode);
  if (denial !== undefined) return deny('guards', 'ERR_CALL_DENIED_GUARD', denial, nameOf);

  const timeoutMs = Math.min(particle.timestamp + particle.ttl - clock.now(), fn.timeoutMs);
  if (!(timeoutMs > 0)) return refuse('handler', 'ERR_CALL_EXPIRED', `${name}: the particle has expired`);
  const turn = instance.takeTurn();
  if (turn === undefined) return refuse('handler', 'ERR_SERVICE_BUSY', `${name}: too many calls wait`);

  const monitored = noted && { denial: noted };
  try {
    const context = contextOf(facts, named, request, particle, clock.now() + timeoutMs);
    const run = { fn, values: named.values, turn, clock, timeoutMs, context, logger, keep, onStop };
    const end = await runHandler(run);
    if (end.kind === 'failed') return { ...end, ...failureOf(end.text), ...monitored };
    const result = { retCode: 0, resultJson: end.resultJson };
    return { kind: 'served', stage: 'result', result, patches: end.patches, ...monitored };
  } finally {
    // Only for a host that failed: every other end has ended the turn.
    turn.drop();
  }
}

type Target =
  | { readonly kind: 'found'; readonly instance: ServiceInstance; readonly fn: ServiceFunction }
  | { readonly kind: 'unknown'; readonly code: ServiceErrorCode };

/** The particle's own services first. One that lacks the function does not hide the peer's service of that name. */
function find(lookups: readonly (ServiceLookup | undefined)[], request: CallRequest): Target {
  let code: ServiceErrorCode = 'ERR_SERVICE_UNKNOWN';
  for (const lookup of lookups) {
    const instance = lookup?.find(request.serviceId);
    if (instance === undefined) continue;
    const fn = instance.definition.functions.get(request.functionName);
    if (fn !== undefined) return { kind: 'found', instance, fn };
    code = 'ERR_FUNCTION_UNKNOWN';
  }
  return { kind: 'unknown', code };
}

/** The wording is what existing clients look for. */
function notFoundText({ serviceId, functionName, argumentsJson }: CallRequest): string {
  return `No service found for service call: serviceId='${serviceId}', fnName='${functionName}' args='${argumentsJson}'`;
}

function refuse(stage: 'find' | 'arguments' | 'handler', code: ServiceErrorCode, text: string): CallDecision {
  return { kind: 'refused', stage, code, ...failureOf(text) };
}

function deny(
  stage: 'gatekeeper' | 'guards',
  code: ServiceErrorCode,
  denial: Denial,
  nameOf: NameOf | undefined,
): CallDecision {
  return { kind: 'denied', stage, code, denial, ...failureOf(denialText(denial, nameOf)) };
}

/** A custom guard may give a reason that has no text, and `nameOf` may throw: the call stays denied in both cases. */
function denialText(denial: Denial, nameOf: NameOf | undefined): string {
  try {
    return formatDenial(denial, nameOf);
  } catch {
    return formatDenial({ ...denial, caller: { kind: 'guard-failed', message: '' }, arguments: [] });
  }
}

function factsOf(request: CallRequest, particle: CallParticle, peerId: string, clock: Clock): CallFacts {
  const { serviceId, functionName } = request;
  const { id: particleId, initPeerId, timestamp, ttl } = particle;
  const now = () => clock.now();
  return { peerId, initPeerId, particleId, timestamp, ttl, serviceId, functionName, now };
}

function contextOf(
  facts: CallFacts,
  { guarded, rest }: NamedArguments,
  request: CallRequest,
  particle: CallParticle,
  deadline: number,
): Omit<CallContext<unknown, string>, 'state' | 'signal'> {
  const tetraplets = Object.fromEntries([...guarded].map(([name, argument]) => [name, argument.tetraplets]));
  const origins = {};
  for (const [name, argument] of guarded) {
    Object.defineProperty(origins, name, { get: () => argument.origin, enumerable: true });
  }
  return {
    ...facts,
    tetraplets,
    origins,
    rest,
    argumentsJson: request.argumentsJson,
    deadline,
    get idempotencyKey() {
      return `${toBase58(particle.signature)}:${callKeyOf(request)}`;
    },
  };
}
