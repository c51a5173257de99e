import { createDispatcher, createRegistry, startService } from '../../../services/index.ts';
import type {
  Acl,
  CallDecision,
  CallFacts,
  Clock,
  GuardMode,
  IncomingCall,
  KeepResult,
  NameOf,
  PolicySet,
  ServiceDefinition,
  ServiceInstance,
  ServiceLookup,
} from '../../../services/index.ts';
import { canonicalJson, fromJsonValue } from '../../../interpreter/index.ts';
import type { JsonValue, Origin, Tetraplet } from '../../../interpreter/index.ts';
import { idOf } from '../../support/cast.ts';

/** The peer that runs the services, the peers that call, and one that lies. */
export const [HOST, ALICE, BOB, CAROL, MALLORY, AUTH, BANK] = [
  idOf('host'),
  idOf('alice'),
  idOf('bob'),
  idOf('carol'),
  idOf('mallory'),
  idOf('auth-peer'),
  idOf('bank-peer'),
];

/** Puts names where a text has peer ids. */
export const named = (text: string): string =>
  ['host', 'alice', 'bob', 'mallory', 'auth-peer', 'bank-peer'].reduce(
    (told, name) => told.replaceAll(idOf(name), name),
    text,
  );

export const START_MS = 1_700_000_000_000;
export const TTL_MS = 10_000;

/** What a rule may know of a call, of alice's script to the host. Each object has its own budget of origins. */
export const facts = (): CallFacts => ({
  peerId: HOST,
  initPeerId: ALICE,
  particleId: 'p',
  timestamp: 0,
  ttl: 0,
  serviceId: 's',
  functionName: 'f',
  now: () => 0,
});

/** A request for `s.f` without arguments, in alice's particle: what a dispatcher is given. */
export const incoming = (functionName = 'f', ttl = 1000): IncomingCall => ({
  request: {
    serviceId: 's',
    functionName,
    arguments: [],
    argumentsJson: '[]',
    tetraplets: [],
    elementwise: [],
    origins: [],
    site: '1',
  },
  particle: { id: 'p', initPeerId: ALICE, timestamp: START_MS, ttl, signature: new Uint8Array(64) },
});

/** Time that passes only when told to. Callbacks run in the order of their time, then of their registration. */
export class VirtualClock implements Clock {
  #now = START_MS;
  #timers: { at: number; callback: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  after(ms: number, callback: () => void): () => void {
    const timer = { at: this.#now + ms, callback };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter(other => other !== timer);
    };
  }

  get pending(): number {
    return this.#timers.length;
  }

  async advance(ms: number): Promise<void> {
    const until = this.#now + ms;
    for (;;) {
      await settle();
      const due = this.#timers.filter(timer => timer.at <= until).sort((a, b) => a.at - b.at)[0];
      if (due === undefined) break;
      this.#timers = this.#timers.filter(timer => timer !== due);
      this.#now = due.at;
      due.callback();
    }
    this.#now = until;
    await settle();
  }
}

/** Lets promises that can go on go on. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await Promise.resolve();
}

export function tetraplet(peerId: string, serviceId: string, functionName: string, getter = ''): Tetraplet {
  return { peerId, serviceId, functionName, getter };
}

export const literal = (initPeerId: string): Tetraplet => tetraplet(initPeerId, '', '');

const behind = { record: undefined, arguments: [], parts: [], selectors: [] };

/** The origin that a run would give a value with this tetraplet, with nothing behind it. */
export function originOf(found: Tetraplet): Origin {
  if (found.getter.startsWith(':error:')) return { ...behind, kind: 'error', tetraplet: found };
  if (found.serviceId !== '') return { ...behind, kind: 'service', tetraplet: found };
  return { ...behind, kind: found.getter === '' ? 'literal' : 'composed', tetraplet: found };
}

/** What a canon of the init peer put together: its tetraplet is that of a literal. */
export const composedOf = (
  parts: readonly Origin[],
  peerId: string = ALICE,
  selectors: readonly string[] = [peerId],
): Origin => ({ ...behind, kind: 'composed', tetraplet: literal(peerId), parts, selectors });

/** An argument and where it came from; left out: a literal of the init peer. */
export interface Given {
  readonly value: JsonValue;
  readonly from?: readonly Tetraplet[];
  /** A whole canon. Left out: if it has not exactly one tetraplet. */
  readonly whole?: boolean;
}

export interface Called {
  readonly by?: string;
  readonly sender?: string;
  readonly caller?: string;
  readonly service: string;
  readonly fn: string;
  readonly args?: readonly Given[];
  /** Instead of the canonical text of `args`, where that has to be lossless. */
  readonly argumentsJson?: string;
  readonly site?: string;
  readonly scope?: ServiceLookup;
  readonly keepNested?: KeepResult;
}

export interface World {
  readonly clock: VirtualClock;
  readonly instances: readonly ServiceInstance[];
  call(called: Called): Promise<CallDecision>;
}

export function world(
  services: readonly (ServiceDefinition | ServiceInstance)[],
  options: {
    acl?: Acl;
    guardMode?: GuardMode;
    policies?: PolicySet;
    nameOf?: NameOf;
    clock?: VirtualClock;
  } = {},
): World {
  const { clock = new VirtualClock(), ...rest } = options;
  const instances = services.map(service => ('takeTurn' in service ? service : startService(service)));
  const registry = createRegistry(instances);
  const dispatcher = createDispatcher({ peerId: HOST, registry, clock, ...rest });
  return {
    clock,
    instances,
    call({
      by = ALICE,
      sender,
      caller,
      service,
      fn,
      args = [],
      argumentsJson,
      site = 'site-1',
      scope,
      keepNested,
    }) {
      const values = args.map(({ value }) => value);
      const tetraplets = args.map(({ from }) => [...(from ?? [literal(by)])]);
      const elementwise = args.map(({ from, whole }) => whole ?? (from !== undefined && from.length !== 1));
      const origins = tetraplets.map((list, i): Origin => {
        const parts = list.map(originOf);
        return elementwise[i] === true ? composedOf(parts) : (parts[0] as Origin);
      });
      return dispatcher.dispatch({
        request: {
          serviceId: service,
          functionName: fn,
          arguments: values,
          argumentsJson: argumentsJson ?? canonicalJson(fromJsonValue(values, 'arguments')),
          tetraplets,
          elementwise,
          origins,
          site,
        },
        particle: {
          id: 'particle-1',
          initPeerId: by,
          timestamp: START_MS,
          ttl: TTL_MS,
          signature: new Uint8Array(64).fill(7),
        },
        sender,
        caller,
        ...(scope && { scope }),
        ...(keepNested && { keepNested }),
      });
    },
  };
}

/** What the script gets: the value of a success. */
export function valueOf(decision: CallDecision): unknown {
  const { retCode, ...result } = decision.result;
  if (retCode !== 0) throw new TypeError(`not served: ${JSON.stringify(decision)}`);
  return 'resultJson' in result ? JSON.parse(result.resultJson) : result.result;
}

/** What the script gets of a failure, with names for peers: its text, as dispatch tells it and as the result carries it. */
export function textOf(decision: CallDecision): string {
  if (decision.kind === 'served') throw new TypeError('served, not failed');
  const { result, text } = decision;
  if (result.retCode !== 1 || !('resultJson' in result) || JSON.parse(result.resultJson) !== text) {
    throw new TypeError(`result does not carry the text: ${JSON.stringify(decision)}`);
  }
  return named(text);
}

/** Kind, stage and code on one line, for tables. */
export function summary(decision: CallDecision): string {
  return [decision.kind, decision.stage, 'code' in decision ? decision.code : undefined]
    .filter(part => part !== undefined)
    .join(' ');
}
