import { toBase58 } from '../base/bytes.ts';
import type { CallRequest } from '../interpreter/index.ts';
import type { NamedArguments } from './arguments.ts';
import type { CallContext, CallFacts, CallLog } from './call-context.ts';
import type { CallParticle } from './call-decision.ts';
import { callKeyOf } from './call-key.ts';
import type { Clock } from './clock.ts';
import { info, warn } from './logger.ts';
import type { Logger } from './logger.ts';

export function factsOf(
  request: CallRequest,
  particle: CallParticle,
  peerId: string,
  clock: Clock,
  callerServiceId: string | undefined,
): CallFacts {
  const { serviceId, functionName } = request;
  const { id: particleId, initPeerId, timestamp, ttl } = particle;
  const now = () => clock.now();
  const caller = callerServiceId === undefined ? {} : { callerServiceId };
  return { peerId, initPeerId, particleId, timestamp, ttl, serviceId, functionName, ...caller, now };
}

export interface ContextParts {
  readonly facts: CallFacts;
  readonly named: NamedArguments;
  readonly request: CallRequest;
  readonly particle: CallParticle;
  readonly deadline: number;
  readonly log: CallLog;
  readonly callService: CallContext<unknown, string>['callService'];
}

/** The request is read now, but for what is costly: whatever becomes of that object later, the handler gets what was decided. */
export function contextOf({
  facts,
  named: { guarded, rest },
  request: { serviceId, functionName, argumentsJson, site },
  particle,
  deadline,
  log,
  callService,
}: ContextParts): Omit<CallContext<unknown, string>, 'state' | 'signal'> {
  const tetraplets = Object.fromEntries([...guarded].map(([name, argument]) => [name, argument.tetraplets]));
  const origins = {};
  for (const [name, argument] of guarded) {
    Object.defineProperty(origins, name, { get: () => argument.origin, enumerable: true });
  }
  return {
    ...facts,
    arguments: Object.fromEntries(guarded),
    tetraplets,
    origins,
    rest,
    argumentsJson,
    deadline,
    log,
    callService,
    get remainingMs() {
      return Math.max(0, deadline - facts.now());
    },
    get idempotencyKey() {
      const key = callKeyOf({ serviceId, functionName, argumentsJson, site });
      return `${toBase58(particle.signature)}:${key}`;
    },
  };
}

export function logOf(logger: Logger | undefined, facts: CallFacts, site: string): CallLog {
  const { serviceId, functionName, particleId, initPeerId } = facts;
  const call = { serviceId, functionName, particleId, initPeerId, site };
  return {
    info: (message, fields) => info(logger, message, { ...fields, ...call }),
    warn: (message, fields) => warn(logger, message, { ...fields, ...call }),
  };
}
