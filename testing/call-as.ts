import {
  canonicalJson,
  fromJsonValue,
  type JsonValue,
  type Origin,
  type Tetraplet,
} from '../interpreter/index.ts';
import {
  createDispatcher,
  createRegistry,
  startService,
  type Acl,
  type CallDecision,
  type Clock,
  type GuardMode,
  type PolicySet,
  type ServiceDefinition,
  type ServiceInstance,
} from '../services/index.ts';
import { literal, type TestOrigin } from './origins.ts';

/** What {@link callAs} is given beside the services. */
export interface TestCallOptions {
  /** Services that the calls may meet: definitions are started with a fresh state. */
  readonly services: readonly (ServiceDefinition<never> | ServiceDefinition | ServiceInstance)[];
  /** Peer id of the peer that runs them. */
  readonly host: string;
  readonly acl?: Acl;
  readonly policies?: PolicySet;
  readonly guardMode?: GuardMode;
  /** Left out: time stands still at 1 700 000 000 000. */
  readonly clock?: Clock;
}

/** What one call may say. Arguments are by position, as in AIR. */
export interface TestCall {
  /** Where each argument came from, by position; an argument without is a literal of the caller. */
  readonly origins?: readonly (TestOrigin | undefined)[];
  /** Left out: now. Milliseconds since 1970. */
  readonly timestamp?: number;
  /** Milliseconds; 10 000 if left out. */
  readonly ttl?: number;
}

/** Calls one function of the services as an init peer. */
export type CallAs = (
  initPeerId: string,
) => (service: string, fn: string, args?: readonly JsonValue[], call?: TestCall) => Promise<CallDecision>;

const START_MS = 1_700_000_000_000;
const standing: Clock = { now: () => START_MS, after: () => () => undefined };

/**
 * Calls single functions through the real dispatcher, with made-up but well-formed origins: access list, schemas, guards and policies decide
 * as they do on a peer; no script runs. The state of the services lasts from call to call.
 *
 * @example
 * const as = callAs({ host: BOB, services: [blog({ authPeer: AUTH })] });
 * const decision = await as(ALICE)('blogSrv', 'add_post', ['hi', true], { origins: [, answer(AUTH, 'authSrv', 'get_status', '.$.is_admin')] });
 * assertServed(decision, 1);
 */
export function callAs({ services, host, clock = standing, ...rules }: TestCallOptions): CallAs {
  const instances = services.map(service =>
    'takeTurn' in service ? service : startService(service as ServiceDefinition),
  );
  const dispatcher = createDispatcher({ peerId: host, registry: createRegistry(instances), clock, ...rules });
  let calls = 0;
  return initPeerId =>
    (serviceId, functionName, args = [], { origins = [], timestamp = clock.now(), ttl = 10_000 } = {}) => {
      calls += 1;
      const given = args.map((_, i) => origins[i] ?? literal());
      const request = {
        serviceId,
        functionName,
        arguments: structuredClone(args) as JsonValue[],
        argumentsJson: canonicalJson(fromJsonValue(args, 'arguments')),
        tetraplets: given.map(one => tetrapletsOf(one, initPeerId)),
        elementwise: given.map(({ isCanon }) => isCanon),
        origins: given.map(({ origin }) => ofCaller(origin, initPeerId)),
        site: String(calls),
      };
      const signature = new Uint8Array(64).fill(calls % 256);
      const particle = { id: `test-${calls}`, initPeerId, timestamp, ttl, signature };
      return dispatcher.dispatch({ request, particle });
    };
}

function tetrapletsOf({ origin, isCanon }: TestOrigin, initPeerId: string): Tetraplet[] {
  return (isCanon ? origin.parts : [origin]).map(one => ofCaller(one, initPeerId).tetraplet);
}

/** A literal without a peer is of the caller. */
function ofCaller(origin: Origin, initPeerId: string): Origin {
  const peerId = origin.tetraplet.peerId === '' ? initPeerId : origin.tetraplet.peerId;
  return {
    ...origin,
    tetraplet: { ...origin.tetraplet, peerId },
    arguments: origin.arguments.map(one => ofCaller(one, initPeerId)),
    parts: origin.parts.map(one => ofCaller(one, initPeerId)),
  };
}
