import { toBase64url, toHex } from '../base/bytes.ts';
import { checkOptions, shown } from '../base/options.ts';
import { sha256, signerOf, type Limits, type Signer } from '../interpreter/index.ts';
import {
  builtins,
  createDispatcher,
  createRegistry,
  type Acl,
  type GuardMode,
  type NameOf,
  type Registry,
  type ServiceInstance,
  messageOf,
} from '../services/index.ts';
import { Calls } from './calls.ts';
import { ParticleError, RunFailure } from './errors.ts';
import { heldStore, notifier, safeWarn, type Host } from './host.ts';
import { admit, admitOwn, isPassing, type AdmissionRules, type Room } from './ingest.ts';
import { Lifecycle } from './lifecycle.ts';
import { DEFAULT_PEER_LIMITS, type PeerLimits } from './limits.ts';
import type { PeerObserver } from './observer.ts';
import { PEER_OPTIONS, START_OPTIONS, STOP_OPTIONS } from './option-shapes.ts';
import { particleKey, signParticle, type Particle } from './particle.ts';
import type { ParticleHandlers } from './particle-scope.ts';
import { ParticleQueue } from './particle-queue.ts';
import type { Activity, Clock, Logger, Random } from './ports.ts';
import type { Receipt } from './receipt.ts';
import { Refusals } from './refusals.ts';
import { Residents } from './residents.ts';
import { Runs } from './runs.ts';
import { Sends } from './sends.ts';
import { createSettler, type ParticleRun, type Settler } from './settlement.ts';
import { memoryStore } from './stores/memory.ts';
import type { Store } from './stores/store.ts';
import { noActivity, silentLogger, systemClock, systemDefer, systemRandom } from './system.ts';
import type { Transport } from './transports/transport.ts';

export interface PeerOptions {
  /** Seed of 32 bytes, or a signer that keeps it elsewhere. Its peer id is the peer's. */
  readonly secretKey: Uint8Array | Signer;
  readonly transport: Transport;
  /** The store keeps the state of these. Services that are registered later keep their state in memory only. */
  readonly services?: readonly ServiceInstance[];
  /** Who may call what. Left out: management functions for this peer itself, everything else for everybody. */
  readonly acl?: Acl;
  /** Left out: `enforce`. */
  readonly guardMode?: GuardMode;
  /** Names for denial texts, which travel to the script. */
  readonly nameOf?: NameOf;
  /** Peers of which nothing is accepted. */
  readonly denied?: readonly string[] | ReadonlySet<string>;
  readonly limits?: Partial<PeerLimits>;
  /** Bounds of each run of the interpreter. */
  readonly runLimits?: Partial<Limits>;
  readonly observer?: PeerObserver;
  readonly clock?: Clock;
  readonly random?: Random;
  /** Left out: memory. A peer that must not forget what it has signed needs `sqliteStore`, or another one that lasts. */
  readonly store?: Store;
  readonly logger?: Logger;
  readonly activity?: Activity;
}

export interface StartOptions {
  /** Lifetime, milliseconds; 7 000 if left out. */
  readonly ttlMs?: number;
  /** Left out: 16 random bytes in hex. An id of a particle that still lives is refused. */
  readonly id?: string;
  readonly handlers?: ParticleHandlers;
}

export interface StopOptions {
  /** How long calls under way may go on, milliseconds; 2 000 if left out. */
  readonly graceMs?: number;
}

export interface Peer {
  readonly peerId: string;
  readonly services: Registry;
  /**
   * Opens the store, goes on with what was not finished, and begins to receive.
   *
   * @throws {StoreError} If the store cannot be opened. @throws {TypeError} If the peer is running.
   */
  start(): Promise<void>;
  /**
   * Stops to accept; calls under way end, or are aborted after the grace time; what they answered is stored; the store is closed, with
   * everything in it. Particles that this peer has started fail with ERR_STARTED_STOPPED. Afterwards nothing keeps the process
   * alive. A restart goes on: calls without an answer are made again, with the same idempotency keys.
   */
  stop(options?: StopOptions): Promise<void>;
  /** Starts a script with this peer as its init peer. Never throws on what the script says: the run rejects. */
  run(script: string, options?: StartOptions): ParticleRun;
  /** Particles whose life here is not over, at work and at rest. */
  readonly size: number;
  /** Particles at work. */
  readonly atWork: number;
}

const DEFAULT_TTL_MS = 7000;
const DEFAULT_GRACE_MS = 2000;

/**
 * A running node: wires transport, admission, interpreter, services, store and observers together.
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
  readonly #kept: readonly ServiceInstance[];
  readonly #host: Host;
  readonly #random: Random;
  readonly #rules: AdmissionRules;
  readonly #room: Room;
  readonly #queue: ParticleQueue;
  readonly #residents: Residents;
  readonly #calls: Calls;
  readonly #sends: Sends;
  readonly #refusals: Refusals;
  readonly #lifecycle: Lifecycle;
  #state: 'stopped' | 'starting' | 'running' | 'stopping' = 'stopped';
  #started: Promise<void> = Promise.resolve();
  #stopped: Promise<void> = Promise.resolve();

  constructor(options: PeerOptions) {
    const host = hostOf(options);
    this.#host = host;
    this.peerId = host.peerId;
    this.#random = options.random ?? systemRandom;
    this.#rules = { limits: host.limits, denied: new Set(options.denied) };
    this.services = createRegistry(builtins({ clock: host.clock }));
    this.#kept = [...(options.services ?? [])];
    for (const service of this.#kept) this.services.register(service);

    this.#residents = new Residents(this.peerId);
    const { defer, activity } = host;
    this.#queue = new ParticleQueue(actor => runs.run(actor), {
      defer,
      activity,
      now: () => host.clock.now(),
    });
    this.#room = { queue: this.#queue, residents: this.#residents };
    this.#sends = new Sends(host, actor => this.#lifecycle.changed(actor));
    this.#refusals = new Refusals(host);
    const parts = { host, queue: this.#queue, residents: this.#residents, sends: this.#sends };
    this.#lifecycle = new Lifecycle(parts);
    this.#calls = this.#createCalls(options);
    const runs = new Runs({
      ...parts,
      calls: this.#calls,
      refusals: this.#refusals,
      changed: actor => this.#lifecycle.changed(actor),
      abandon: (actor, failure) => this.#lifecycle.abandon(actor, failure),
      expire: actor => this.#lifecycle.expire(actor),
    });
  }

  get size(): number {
    return this.#residents.size;
  }

  get atWork(): number {
    return this.#residents.atWork;
  }

  async start(): Promise<void> {
    if (this.#state !== 'stopped') throw new TypeError(`start: the peer is ${this.#state}`);
    this.#state = 'starting';
    this.#started = this.#start();
    await this.#started;
  }

  async #start(): Promise<void> {
    try {
      await this.#host.store.open(this.peerId);
      await this.#calls.start(this.#kept);
      this.#sends.start();
      const resume = await this.#lifecycle.start();
      this.#state = 'running';
      this.#queue.open();
      await this.#host.transport.start((particle, from) => this.#receive(particle, from));
      resume();
    } catch (failure) {
      this.#queue.close();
      this.#lifecycle.stop();
      await this.#host.store.close().catch(() => undefined);
      this.#state = 'stopped';
      throw failure;
    }
  }

  async stop(options: StopOptions = {}): Promise<void> {
    checkOptions('stop', options, STOP_OPTIONS);
    if (this.#state === 'starting') await this.#started.catch(() => undefined);
    if (this.#state === 'running') {
      this.#state = 'stopping';
      this.#stopped = this.#stop(options).finally(() => (this.#state = 'stopped'));
    }
    // Whoever asks while it stops waits for the same end.
    if (this.#state === 'stopping') await this.#stopped;
  }

  async #stop({ graceMs = DEFAULT_GRACE_MS }: StopOptions): Promise<void> {
    const { transport, store, defer, warn } = this.#host;
    await this.#calls.stop(graceMs);
    while (this.#residents.actors().some(({ isBlocked, hasAnswers }) => isBlocked || hasAnswers)) {
      await new Promise<void>(defer);
    }
    this.#queue.close();
    this.#sends.stop();
    this.#lifecycle.stop();
    try {
      await transport.stop();
    } catch (failure) {
      warn('the transport could not be stopped', { failure: messageOf(failure) });
    }
    await store.close();
  }

  run(script: string, options: StartOptions = {}): ParticleRun {
    if (typeof script !== 'string')
      throw new TypeError(`run: the script must be a string, found ${shown(script)}`);
    checkOptions('run', options, START_OPTIONS);
    const { ttlMs = DEFAULT_TTL_MS, id = toHex(this.#random.bytes(16)), handlers = {} } = options;
    const { signer, clock } = this.#host;
    const particle = signParticle(signer, { id, timestamp: clock.now(), ttl: ttlMs, script });
    const settler = createSettler(particle, handlers);
    // Which particles live is known once the store was read.
    const begin = (): void => this.#begin(particle, settler);
    if (this.#state === 'starting') void this.#started.then(begin, begin);
    else begin();
    return settler.run;
  }

  #begin(particle: Particle, settler: Settler): void {
    try {
      if (this.#state !== 'running') throw notRunning(this.#state);
      admitOwn(particle, this.#host.clock.now(), this.#room, this.#rules);
    } catch (failure) {
      if (!(failure instanceof ParticleError)) throw failure;
      settler.reject(new RunFailure('ERR_STARTED_REFUSED', failure.message, { code: failure.code }));
      return;
    }
    void this.#deliver(particle, this.peerId, () => this.#lifecycle.live(particle, settler));
  }

  /** Never rejects. */
  async #receive(particle: Particle, from: string): Promise<Receipt> {
    try {
      if (this.#state !== 'running') throw notRunning(this.#state);
      admit(particle, from, this.#host.clock.now(), this.#room, this.#rules);
    } catch (failure) {
      return this.#refuse(particle, from, failure);
    }
    return this.#deliver(particle, from, () => this.#lifecycle.actorOf(particle, particleKey(particle)));
  }

  #deliver({ data }: Particle, from: string, actor: () => ReturnType<Lifecycle['live']>): Promise<Receipt> {
    const hash = toBase64url(sha256(data));
    return new Promise(answer => this.#queue.deliver(actor(), { data, from, hash, answer }));
  }

  #refuse(particle: Particle, from: string, failure: unknown): Receipt {
    const reason =
      failure instanceof ParticleError
        ? failure
        : new ParticleError('ERR_PARTICLE_FIELD', 'the particle cannot be read');
    const { code, message } = reason;
    const header = { id: particle?.id, initPeerId: particle?.initPeerId, signature: particle?.signature };
    if (!isPassing(reason)) return this.#refusals.refuse(header, from, 'admission', { code, message });
    this.#refusals.notify(header, from, 'admission', { code, message });
    return { status: 'busy', code, message };
  }

  #createCalls({ acl, guardMode, nameOf, logger }: PeerOptions): Calls {
    const { clock, notify } = this.#host;
    const dispatcher = createDispatcher({
      peerId: this.peerId,
      registry: this.services,
      clock,
      ...(logger && { logger }),
      ...(acl && { acl }),
      ...(guardMode && { guardMode }),
      ...(nameOf && { nameOf }),
    });
    return new Calls(this.#host, dispatcher, {
      answered: (key, call, request, decision) => {
        const actor = this.#residents.actor(key);
        if (actor === undefined) return;
        notify('call', { peerId: this.peerId, particleSignature: actor.header.signature, request, decision });
        actor.answered(call, decision.result);
        this.#queue.schedule(actor);
      },
      failed: (key, failure) => this.#lifecycle.abandonKey(key, failure),
    });
  }
}

function hostOf(options: PeerOptions): Host {
  const { secretKey, transport, runLimits } = options;
  const signer = secretKey instanceof Uint8Array ? signerOf(secretKey) : secretKey;
  const warn = safeWarn(options.logger ?? silentLogger);
  const activity = options.activity ?? noActivity;
  return {
    peerId: signer.peerId,
    signer,
    transport,
    runLimits,
    activity,
    warn,
    clock: options.clock ?? systemClock,
    defer: systemDefer,
    store: heldStore(options.store ?? memoryStore(), activity),
    limits: { ...DEFAULT_PEER_LIMITS, ...options.limits },
    notify: notifier(options.observer ?? {}, warn),
  };
}

const notRunning = (state: string): ParticleError =>
  new ParticleError('ERR_PARTICLE_STOPPED', `the peer is ${state}: start it first`);
