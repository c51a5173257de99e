import { checkOptions, hasMethods, isAnything, isFunction, isString, required } from '../base/options.ts';
import type { Shape } from '../base/options.ts';
import type { CallRequest } from '../interpreter/index.ts';
import { argumentMistake, askGuards, nameArguments } from './arguments.ts';
import type { CallFacts } from './call-context.ts';
import { contextOf, factsOf, logOf } from './call-facts.ts';
import { failureOf } from './call-decision.ts';
import { DropLog } from './drop-log.ts';
import type { CallDecision, CallParticle } from './call-decision.ts';
import type { Clock } from './clock.ts';
import { isGuardMode } from './declaration.ts';
import type { ServiceFunction } from './define-service.ts';
import type { ServiceErrorCode } from './errors.ts';
import type { Acl } from './gatekeeper/acl.ts';
import { CallLimits } from './gatekeeper/call-limits.ts';
import type { Entered, Exceeded } from './gatekeeper/call-limits.ts';
import { createGatekeeper } from './gatekeeper/gatekeeper.ts';
import type { Gatekeeper } from './gatekeeper/gatekeeper.ts';
import type { GuardMode } from './guard-mode.ts';
import type { Denial } from './guards/denial.ts';
import { denialText } from './guards/denial-text.ts';
import type { NameOf } from './guards/denial-text.ts';
import { KeepFailed, runHandler } from './handler-call.ts';
import type { KeepResult } from './handler-call.ts';
import { hostFailed } from './host-failure.ts';
import type { Logger } from './logger.ts';
import { nestedCalls, nestingMistake } from './nested-calls.ts';
import { askPolicy, withRules } from './policy/ask-policy.ts';
import type { PolicySet } from './policy/policy-set.ts';
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
  /** Rules as data, beside the guards: they can only tighten. Left out: none. */
  readonly policies?: PolicySet;
  /** Names for denial texts; they travel to the script, so do not name what must stay private. */
  readonly nameOf?: NameOf;
  /** Answers of earlier calls, given again. Left out: every call runs its handler. */
  readonly recall?: Recall;
  /** Receives what the script must not see: stacks of handlers that throw, faults of the host. Left out: not logged. */
  readonly logger?: Logger;
}

/**
 * The decision of an earlier call that this peer made, which stands for a new call: the handler does not run again. Every rule is
 * checked before, and the peer signs the answer anew. `undefined`: the handler runs. Called once for each call that the rules allow.
 */
export type Recall = (call: {
  readonly peerId: string;
  readonly request: CallRequest;
  readonly particle: CallParticle;
}) => Extract<CallDecision, { readonly kind: 'served' | 'failed' }> | undefined;

const OPTIONS: Shape<DispatcherOptions> = {
  peerId: required(isString),
  registry: required(hasMethods('find')),
  clock: required(hasMethods('now', 'after')),
  acl: isAnything,
  guardMode: isGuardMode,
  policies: hasMethods('replace', 'bind', 'record'),
  nameOf: isFunction,
  recall: isFunction,
  logger: hasMethods('warn'),
};

/** A call request, and the particle that it is of. */
export interface IncomingCall {
  readonly request: CallRequest;
  readonly particle: CallParticle;
  /** The peer that handed the particle over, for the run that asked for the call. Left out: not known. */
  readonly sender?: string | undefined;
  /** The service of this peer that makes the call itself. Left out: a script does. */
  readonly caller?: string | undefined;
  /** Services of this peer that wait for the caller's answer, the first one first. */
  readonly waiting?: readonly string[];
  /** Services of this particle alone, such as its callbacks; searched before the registry. */
  readonly scope?: ServiceLookup;
  /** Stores each result before it is used. Left out: nothing is stored. */
  readonly keep?: KeepResult;
  /** The same for calls that the handler makes of other services: their results belong to no particle. Left out: nothing is stored. */
  readonly keepNested?: KeepResult;
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
  /** Decided calls by code, `served` for those without one. */
  readonly counts: Readonly<Record<string, number>>;
}

/**
 * The one place where a call meets the rules, and the one order: unknown functions are rejected before access control, callers
 * without rights learn nothing about arguments, and no handler runs before every guard has allowed its argument.
 *
 * @throws {TypeError} If an option is missing, misspelt or of the wrong kind.
 * @throws {ServiceError} `ERR_ACL_SHAPE` if the access list is malformed.
 * @example
 * const registry = createRegistry([startService(blog({ authPeer }))]);
 * const dispatcher = createDispatcher({ peerId, registry, clock, guardMode: 'enforce' });
 * const decision = await dispatcher.dispatch({ request, particle });
 */
export function createDispatcher(options: DispatcherOptions): Dispatcher {
  checkOptions('createDispatcher', options, OPTIONS);
  const { logger } = options;
  const gatekeeper = createGatekeeper(options.peerId, options.acl);
  const gate: Gate = { gatekeeper, limits: new CallLimits(options.acl?.limits) };
  const drops = new DropLog(logger);
  const counts = new Map<string, number>();
  options.policies?.bind(options.registry);
  const dispatcher: Dispatcher = {
    get counts() {
      return Object.fromEntries(counts);
    },
    async dispatch(call) {
      let decision: CallDecision;
      try {
        decision = await decide(options, gate, call, dispatcher);
      } catch (thrown) {
        if (thrown instanceof KeepFailed) throw thrown.cause;
        decision = hostFailed(call, thrown, logger);
      }
      const code = decision.kind === 'served' ? 'served' : decision.code;
      counts.set(code, (counts.get(code) ?? 0) + 1);
      if (isDrop(decision)) drops.add(options.clock.now(), dropFields(call, decision));
      // A call that was interrupted has no result: it is made again after the restart. Answers are kept with their state.
      const isOver = decision.kind !== 'served' && decision.code !== 'ERR_HANDLER_STOPPED';
      if (isOver) await (Object(call) as IncomingCall).keep?.(decision.result);
      return decision;
    },
  };
  return dispatcher;
}

async function decide(
  options: DispatcherOptions,
  { gatekeeper, limits }: Gate,
  call: IncomingCall,
  dispatcher: Dispatcher,
): Promise<CallDecision> {
  const { peerId, registry, clock, nameOf } = options;
  const { request, particle, sender, caller, scope } = call;
  const { serviceId, functionName } = request;

  const target = find([scope, registry], request);
  if (target.kind === 'unknown') return refuse('find', target.code, notFoundText(request));
  const { fn, isOwn } = target;
  const facts = factsOf(request, particle, peerId, clock, caller);

  const access = { management: fn.management, senderId: sender, callerServiceId: caller, isOwn };
  const refusal = gatekeeper.check({ ...facts, ...access });
  if (refusal !== undefined) {
    const denial = { serviceId, functionName, caller: refusal, arguments: [] };
    const denied = deny('gatekeeper', 'ERR_CALL_DENIED_ACL', denial, nameOf);
    // To the script it looks like a function that does not exist.
    return gatekeeper.isHiding ? { ...denied, ...failureOf(notFoundText(request)) } : denied;
  }

  const circle = nestingMistake(call);
  if (circle !== undefined) return refuse('limits', 'ERR_CALL_LIMIT', `${nameOfCall(request)}: ${circle}`);
  const size = request.argumentsJson.length;
  const counted = { initPeerId: particle.initPeerId, serviceId, functionName, size };
  const entered = isOwn ? OPEN : limits.enter(counted, clock.now());
  if (entered.exceeded !== undefined) return limited(request, entered.exceeded);
  try {
    return await serve(options, call, target, facts, dispatcher);
  } finally {
    entered.leave();
  }
}

/** What a call meets whose caller may make it. */
async function serve(
  { peerId, clock, guardMode = 'enforce', policies, nameOf, recall, logger }: DispatcherOptions,
  call: IncomingCall,
  { instance, fn, isOwn }: Found,
  facts: CallFacts,
  dispatcher: Dispatcher,
): Promise<CallDecision> {
  const { request, particle, keep, onStop } = call;
  const name = nameOfCall(request);
  const named = nameArguments(fn, request);
  const mistake = argumentMistake(fn, named);
  if (mistake !== undefined) return refuse('arguments', 'ERR_CALL_ARGUMENTS', `${name}: ${mistake}`);

  const { denial, noted } = askGuards(fn, named, facts, fn.guardMode ?? guardMode);
  if (denial !== undefined) return deny('guards', 'ERR_CALL_DENIED_GUARD', denial, nameOf);

  const ruled = policies && askPolicy(policies, { facts, arguments: named.guarded, isOwn }, nameOf);
  if (ruled?.denied !== undefined) return ruled.denied;

  const noticed = withRules(noted, ruled?.noted ?? [], facts);
  const monitored = { ...(noticed && { denial: noticed }), ...(ruled && { policy: ruled.policy }) };

  const known = isOwn ? undefined : recall?.({ peerId, request, particle });
  if (known !== undefined) {
    // What rules said of the earlier call does not hold for this one.
    const { denial: _denial, policy: _policy, ...decision } = known;
    if (decision.kind === 'failed') return { ...decision, ...monitored };
    await keep?.(decision.result).catch((cause: unknown) => {
      throw new KeepFailed('the answer could not be kept', { cause });
    });
    return { ...decision, patches: [], ...monitored };
  }

  const timeoutMs = Math.min(particle.timestamp + particle.ttl - clock.now(), fn.timeoutMs);
  if (!(timeoutMs > 0)) return refuse('handler', 'ERR_CALL_EXPIRED', `${name}: the particle has expired`);
  const turn = instance.takeTurn(fn.name);
  if (turn === undefined) return refuse('handler', 'ERR_SERVICE_BUSY', `${name}: too many calls wait`);
  ruled?.count();

  try {
    const log = logOf(logger, facts, request.site);
    const { callService, close, made } = nestedCalls({ dispatcher, call, peerId: facts.peerId });
    const deadline = clock.now() + timeoutMs;
    const context = contextOf({ facts, named, request, particle, deadline, log, callService });
    const run = { fn, values: named.values, turn, clock, timeoutMs, context, logger, keep, onStop };
    const end = await runHandler(run).finally(close);
    const { source } = instance.definition;
    const ran = { ...(source !== undefined && { source }), ...(made.length > 0 && { calls: made }) };
    if (end.kind === 'failed') return { ...end, ...failureOf(end.text), ...monitored, ...ran };
    const result = { retCode: 0, resultJson: end.resultJson };
    return { kind: 'served', stage: 'result', result, patches: end.patches, ...monitored, ...ran };
  } finally {
    // Only for a host that failed: every other end has ended the turn.
    turn.drop();
  }
}

interface Gate {
  readonly gatekeeper: Gatekeeper;
  readonly limits: CallLimits;
}

/** Services of the particle itself have no limits. */
const OPEN: Entered = { leave: () => undefined };

interface Found {
  readonly kind: 'found';
  readonly instance: ServiceInstance;
  readonly fn: ServiceFunction;
  /** It exists for this particle alone. */
  readonly isOwn: boolean;
}
type Target = Found | { readonly kind: 'unknown'; readonly code: ServiceErrorCode };

const nameOfCall = ({ serviceId, functionName }: CallRequest): string => `\`${serviceId}.${functionName}\``;

/** The particle's own services first. One that lacks the function does not hide the peer's service of that name. */
function find(lookups: readonly (ServiceLookup | undefined)[], request: CallRequest): Target {
  let code: ServiceErrorCode = 'ERR_SERVICE_UNKNOWN';
  for (const [index, lookup] of lookups.entries()) {
    const instance = lookup?.find(request.serviceId);
    if (instance === undefined) continue;
    const fn = instance.definition.functions.get(request.functionName);
    if (fn !== undefined) return { kind: 'found', instance, fn, isOwn: index === 0 };
    code = 'ERR_FUNCTION_UNKNOWN';
  }
  return { kind: 'unknown', code };
}

/** The wording is what existing clients look for. */
function notFoundText({ serviceId, functionName, argumentsJson }: CallRequest): string {
  return `No service found for service call: serviceId='${serviceId}', fnName='${functionName}' args='${argumentsJson}'`;
}

const EXCEEDED = {
  rate: 'too many calls',
  concurrent: 'too many calls at a time',
  size: 'too large',
  sizes: 'too many large calls',
};

function limited(request: CallRequest, { what, retryAfterMs }: Exceeded): CallDecision {
  const retry = retryAfterMs === undefined ? '' : `; try again in ${retryAfterMs} ms`;
  const failure = failureOf(`${nameOfCall(request)}: ${EXCEEDED[what]}${retry}`);
  const after = retryAfterMs === undefined ? {} : { retryAfterMs };
  return { kind: 'refused', stage: 'limits', code: 'ERR_CALL_LIMIT', ...after, ...failure };
}

/** Stopped by rules or limits of the operator. */
const isDrop = ({ stage }: CallDecision): boolean =>
  stage === 'gatekeeper' || stage === 'limits' || stage === 'policy';

function dropFields({ request, particle }: IncomingCall, decision: CallDecision): Record<string, unknown> {
  const { serviceId, functionName } = request;
  const code = 'code' in decision ? decision.code : '';
  return { serviceId, functionName, initPeerId: particle.initPeerId, particleId: particle.id, code };
}

function refuse(
  stage: 'find' | 'limits' | 'arguments' | 'handler',
  code: ServiceErrorCode,
  text: string,
): CallDecision {
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
