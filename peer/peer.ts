import { AirError, parse } from '../air-grammar/index.ts';
import { toHex } from '../base/bytes.ts';
import { checkOptions } from '../base/options.ts';
import {
  isCatchableCode,
  signerOf,
  type CallRequest,
  type Limits,
  type Signer,
} from '../interpreter/index.ts';
import {
  builtins,
  createDispatcher,
  createRegistry,
  messageOf,
  type Acl,
  type Dispatcher,
  type GuardMode,
  type NameOf,
  type Registry,
  type ServiceInstance,
} from '../services/index.ts';
import type { Actor, Copy } from './actor.ts';
import { ParticleError, RunFailure } from './errors.ts';
import { admit, type AdmissionRules } from './ingest.ts';
import { DEFAULT_PEER_LIMITS, type PeerLimits } from './limits.ts';
import { memoryStore } from './data-store.ts';
import type { PeerObserver } from './observer.ts';
import { PEER_OPTIONS, START_OPTIONS } from './option-shapes.ts';
import { signParticle, type Particle } from './particle.ts';
import { ParticleQueue } from './particle-queue.ts';
import { callsResponse, createRun, type ParticleRun, type RunSettler } from './particle-run.ts';
import { particleScope, type ParticleHandlers } from './particle-scope.ts';
import { runStep, type StepEnd } from './particle-step.ts';
import type { Activity, Clock, DataStore, Logger, Random } from './ports.ts';
import { noActivity, silentLogger, systemClock, systemDefer, systemRandom } from './system.ts';
import type { Transport } from './transports/transport.ts';

export interface PeerOptions {
  /** Seed of 32 bytes, or a signer that keeps it elsewhere. Its peer id is the peer's. */
  readonly secretKey: Uint8Array | Signer;
  readonly transport: Transport;
  readonly services?: readonly ServiceInstance[];
  /** Who may call what. Left out: management functions for this peer itself, everything else for everybody. */
  readonly acl?: Acl;
  /** Left out: `enforce`. */
  readonly guardMode?: GuardMode;
  /** Names for denial texts, which travel to the script. */
  readonly nameOf?: NameOf;
  /** Peers of which nothing is accepted. */
  readonly denied?: Iterable<string>;
  readonly limits?: Partial<PeerLimits>;
  /** Bounds of each run of the interpreter. */
  readonly runLimits?: Partial<Limits>;
  readonly observer?: PeerObserver;
  readonly clock?: Clock;
  readonly random?: Random;
  readonly store?: DataStore;
  readonly logger?: Logger;
  readonly activity?: Activity;
}

export interface StartOptions {
  /** Lifetime, milliseconds; 7 000 if left out. */
  readonly ttlMs?: number;
  /** Left out: 16 random bytes in hex. */
  readonly id?: string;
  readonly handlers?: ParticleHandlers;
}

export interface Peer {
  readonly peerId: string;
  readonly services: Registry;
  /** Begins to receive. */
  start(): void;
  /** Stops receiving; particles that this peer has started and that are still under way fail with ERR_STARTED_STOPPED. */
  stop(): void;
  /** Starts a script with this peer as its initiator. Never throws on what the script says: the run rejects. */
  run(script: string, options?: StartOptions): ParticleRun;
  /** Executions that live here now. */
  readonly size: number;
}

const DEFAULT_TTL_MS = 7000;

/**
 * A running node: wires transport, admission, interpreter, services and observers together.
 *
 * @throws {TypeError} If an option is missing, misspelt or of the wrong kind.
 */
export function createPeer(options: PeerOptions): Peer {
  checkOptions('createPeer', options, PEER_OPTIONS);
  return new LocalPeer(options);
}

class LocalPeer implements Peer {
  readonly peerId: string;
  readonly services: Registry;
  readonly #signer: Signer;
  readonly #runLimits: Partial<Limits> | undefined;
  readonly #transport: Transport;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #store: DataStore;
  readonly #logger: Logger;
  readonly #activity: Activity;
  readonly #observer: PeerObserver;
  readonly #dispatcher: Dispatcher;
  readonly #rules: AdmissionRules;
  readonly #queue: ParticleQueue;
  readonly #settlers = new Map<Actor, RunSettler>();

  constructor(options: PeerOptions) {
    const { secretKey, acl, guardMode, nameOf } = options;
    this.#signer = secretKey instanceof Uint8Array ? signerOf(secretKey) : secretKey;
    this.peerId = this.#signer.peerId;
    this.#runLimits = options.runLimits;
    this.#transport = options.transport;
    this.#clock = options.clock ?? systemClock;
    this.#random = options.random ?? systemRandom;
    this.#store = options.store ?? memoryStore();
    this.#logger = options.logger ?? silentLogger;
    this.#activity = options.activity ?? noActivity;
    this.#observer = options.observer ?? {};
    this.#rules = { limits: { ...DEFAULT_PEER_LIMITS, ...options.limits }, denied: new Set(options.denied) };
    this.services = createRegistry(builtins({ clock: this.#clock }));
    for (const service of options.services ?? []) this.services.register(service);
    this.#dispatcher = createDispatcher({
      peerId: this.peerId,
      registry: this.services,
      clock: this.#clock,
      logger: this.#logger,
      ...(acl && { acl }),
      ...(guardMode && { guardMode }),
      ...(nameOf && { nameOf }),
    });
    this.#queue = new ParticleQueue(actor => this.#step(actor), systemDefer, this.#activity);
  }

  get size(): number {
    return this.#queue.size;
  }

  start(): void {
    this.#transport.start((particle, from) => this.#receive(particle, from));
  }

  stop(): void {
    this.#transport.stop();
    for (const actor of this.#queue.actors()) {
      this.#settlers.get(actor)?.reject(new RunFailure('ERR_STARTED_STOPPED', 'the peer was stopped'));
      this.#end(actor);
    }
  }

  run(script: string, options: StartOptions = {}): ParticleRun {
    checkOptions('run', options, START_OPTIONS);
    const { ttlMs = DEFAULT_TTL_MS, id = this.#newId(), handlers = {} } = options;
    const particle = signParticle(this.#signer, { id, timestamp: this.#clock.now(), ttl: ttlMs, script });
    const settler = createRun(particle, expectsResponse(script));
    try {
      admit(particle, this.peerId, this.#clock.now(), this.#queue, this.#rules);
    } catch (failure) {
      if (!(failure instanceof ParticleError)) throw failure;
      settler.reject(new RunFailure('ERR_STARTED_REFUSED', failure.message, { code: failure.code }));
      return settler.run;
    }
    const actor = this.#live(particle, settler, handlers);
    this.#queue.deliver(actor, particle.data, this.peerId);
    return settler.run;
  }

  #receive(particle: Particle, from: string): void {
    try {
      admit(particle, from, this.#clock.now(), this.#queue, this.#rules);
    } catch (failure) {
      if (!(failure instanceof ParticleError)) throw failure;
      const { id, initPeerId, signature } = particle;
      this.#notify('refused', {
        peerId: this.peerId,
        stage: 'admission',
        from,
        particle: { id, initPeerId, signature },
        code: failure.code,
        message: failure.message,
      });
      return;
    }
    this.#queue.deliver(this.#queue.find(particle) ?? this.#live(particle), particle.data, from);
  }

  #live(particle: Particle, settler?: RunSettler, handlers: ParticleHandlers = {}): Actor {
    const started = settler && { run: settler.run, scope: particleScope(handlers, settler) };
    const actor = this.#queue.add(particle, started);
    if (settler) this.#settlers.set(actor, settler);
    const forgetDeadline = this.#activity.deadline(actor.deadline);
    this.#clock.after(actor.deadline - this.#clock.now() + 1, () => {
      forgetDeadline();
      if (!actor.isGone) this.#expire(actor);
    });
    return actor;
  }

  /** One run of an actor: read, interpret, write; then, and only then, effects. */
  #step(actor: Actor): void {
    this.#runWith(actor, this.#queue.takeCopy(actor));
  }

  #runWith(actor: Actor, copy: Copy | undefined): void {
    const results = actor.takeResults();
    const prevData = this.#store.get(actor.key) ?? NO_DATA;
    const end = runStep(
      actor,
      { signer: this.#signer, limits: this.#runLimits },
      prevData,
      copy?.data ?? NO_DATA,
      results,
    );
    this.#notify('step', end.step);
    if (!end.isAccepted) {
      this.#refuse(actor, copy?.from ?? this.peerId, end);
      if (copy === undefined || results.size === 0) return;
      // A bad copy must not take the answers of our own services with it, nor may many keep them waiting.
      actor.results = results;
      this.#runWith(actor, undefined);
      return;
    }
    this.#store.put(actor.key, end.step.outcome.data);
    if (this.#clock.now() <= actor.deadline) this.#act(actor, end);
  }

  #act(actor: Actor, { step: { outcome } }: StepEnd): void {
    for (const [id, request] of outcome.callRequests) this.#call(actor, id, request);
    for (const peerId of outcome.nextPeerIds) void this.#send(actor, peerId, outcome.data);
    const { retCode, errorMessage } = outcome;
    if (isCatchableCode(retCode)) {
      const details = { retCode, message: errorMessage };
      this.#settlers
        .get(actor)
        ?.reject(
          new RunFailure('ERR_STARTED_UNCAUGHT', `nothing in the script caught: ${errorMessage}`, details),
        );
    }
    this.#settleIfDone(actor);
  }

  #call(actor: Actor, id: number, request: CallRequest): void {
    actor.callsInFlight.set(id, request);
    this.#activity.begin();
    const call = { request, particle: actor.header, ...(actor.started && { scope: actor.started.scope }) };
    void this.#dispatcher.dispatch(call).then(decision => {
      this.#activity.end();
      if (actor.isGone) return;
      const particleSignature = actor.header.signature;
      this.#notify('call', { peerId: this.peerId, particleSignature, request, decision });
      actor.callsInFlight.delete(id);
      actor.results.set(id, decision.result);
      this.#queue.schedule(actor);
    });
  }

  async #send(actor: Actor, to: string, data: Uint8Array): Promise<void> {
    if (this.#clock.now() > actor.deadline) return;
    actor.sendsInFlight += 1;
    actor.sentTo.add(to);
    this.#activity.begin();
    const report = await this.#transport.send(to, { ...actor.header, data });
    this.#activity.end();
    actor.sendsInFlight -= 1;
    const failure = report.ok ? {} : { failure: report.reason };
    this.#notify('sent', { peerId: this.peerId, to, particleSignature: actor.header.signature, ...failure });
    if (!report.ok) this.#sendFailed(actor, to, report.reason);
    this.#settleIfDone(actor);
  }

  /** Other branches may still succeed, so a failed send ends only a run that nothing else can bring forward. */
  #sendFailed(actor: Actor, to: string, reason: string): void {
    this.#logger.warn('could not send a particle', { particleId: actor.header.id, to, reason });
    actor.sentTo.delete(to);
    if (!actor.isAtRest || actor.sentTo.size > 0) return;
    this.#settlers.get(actor)?.reject(
      new RunFailure('ERR_STARTED_SEND', `could not send the particle to \`${to}\`: ${reason}`, {
        to,
        reason,
      }),
    );
  }

  #refuse(actor: Actor, from: string, { step: { outcome } }: StepEnd): void {
    const { id, initPeerId, signature } = actor.header;
    const { retCode, errorMessage: message } = outcome;
    this.#notify('refused', {
      peerId: this.peerId,
      stage: 'verification',
      from,
      particle: { id, initPeerId, signature },
      code: `ERR_RUN_${retCode}`,
      message,
    });
    if (from !== this.peerId) return;
    this.#settlers.get(actor)?.reject(
      new RunFailure('ERR_STARTED_INTERPRETATION', `this peer cannot run the script: ${message}`, {
        retCode,
      }),
    );
  }

  #settleIfDone(actor: Actor): void {
    const settler = this.#settlers.get(actor);
    if (settler !== undefined && !settler.expectsResponse && actor.isAtRest) settler.resolve(null);
  }

  #expire(actor: Actor): void {
    const calls = [...actor.callsInFlight.values()].map(
      ({ serviceId, functionName }) => `${serviceId}.${functionName}`,
    );
    const sentTo = [...actor.sentTo];
    const awaited = [
      ...calls.map(call => `\`${call}\` here`),
      ...sentTo.map(peerId => `what peer \`${peerId}\` was asked`),
    ];
    const { ttl, id } = actor.header;
    const text = `particle expired after ttl of ${ttl}ms (particle id: ${id}); awaited: ${awaited.join(', ') || 'nothing'}`;
    this.#settlers.get(actor)?.reject(new RunFailure('ERR_STARTED_EXPIRED', text, { calls, sentTo }));
    this.#notify('expired', { peerId: this.peerId, particleSignature: actor.header.signature });
    this.#end(actor);
  }

  #end(actor: Actor): void {
    this.#queue.remove(actor);
    this.#settlers.delete(actor);
    this.#store.delete(actor.key);
  }

  #notify<Event extends keyof PeerObserver>(
    event: Event,
    ...args: Parameters<NonNullable<PeerObserver[Event]>>
  ): void {
    const failed = (failure: unknown): void =>
      this.#logger.warn('an observer has thrown', { event, failure: messageOf(failure) });
    try {
      const told = (this.#observer[event] as ((...all: typeof args) => unknown) | undefined)?.(...args);
      // An observer may be asynchronous; its rejection must not end the process.
      if (told !== undefined) new Promise(resolve => resolve(told)).then(undefined, failed);
    } catch (failure) {
      failed(failure);
    }
  }

  #newId(): string {
    return toHex(this.#random.bytes(16));
  }
}

const NO_DATA = new Uint8Array(0);

/** A script that cannot be parsed fails when it is run; nobody waits for its response. */
function expectsResponse(script: string): boolean {
  try {
    return callsResponse(parse(script));
  } catch (failure) {
    if (failure instanceof AirError) return false;
    throw failure;
  }
}
