import { toBase64url, toHex } from '../base/bytes.ts';
import { checkOptions, shown } from '../base/options.ts';
import { particleMessage, sha256 } from '../interpreter/index.ts';
import {
  createDispatcher,
  createRegistry,
  type Registry,
  type ServiceInstance,
  messageOf,
} from '../services/index.ts';
import { aliasServiceOf, builtinsOf, hostOf } from './wiring.ts';
import type { Peer, PeerOptions, ParticleView, StartOptions, StopOptions } from './options.ts';
import { abandonment } from './abandonment.ts';
import type { Actor } from './actor.ts';
import { Calls } from './calls.ts';
import { type DenyEntry } from './envelopes/deny-list.ts';
import { ReplayWindow } from './envelopes/replay-window.ts';
import { ParticleError, StartedFailure } from './errors.ts';
import { type Host } from './host.ts';
import { admit, admitOwn, isPassing, type AdmissionRules, type Room } from './ingest.ts';
import { Lifecycle } from './lifecycle.ts';
import { PEER_OPTIONS, START_OPTIONS, STOP_OPTIONS } from './option-shapes.ts';
import { particleKey, particleOf, type NewParticle, type Particle } from './particle.ts';
import { ParticleQueue } from './particle-queue.ts';
import { within } from './patience.ts';
import type { Clock, Random } from './ports.ts';
import type { HopAnswer } from './hop-answer.ts';
import { Refusals } from './refusals.ts';
import { Residents } from './residents.ts';
import { Runs } from './runs.ts';
import { requireClock } from './safe-ports.ts';
import { Sends } from './sends.ts';
import { createSettler, type StartedParticle, type Settler } from './settlement.ts';
import { systemClock, systemRandom } from './system.ts';
import type { Link } from './transports/link.ts';
import { TransportError, type Transport } from './transports/transport.ts';

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
  /** As it was given. */
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #link: Link | undefined;
  readonly #window = new ReplayWindow();
  readonly #rules: AdmissionRules;
  readonly #room: Room;
  readonly #queue: ParticleQueue;
  readonly #residents: Residents;
  readonly #calls: Calls;
  readonly #sends: Sends;
  readonly #refusals: Refusals;
  readonly #lifecycle: Lifecycle;
  #isPaused = false;
  #forgetDenials = (): void => undefined;
  #state: 'stopped' | 'starting' | 'running' | 'stopping' = 'stopped';
  #started: Promise<void> = Promise.resolve();
  #stopped: Promise<void> = Promise.resolve();

  constructor(options: PeerOptions) {
    const host = hostOf(options, this.#window);
    this.#host = host;
    this.#clock = options.clock ?? systemClock;
    this.peerId = host.peerId;
    this.#link = options.link;
    this.#random = options.random ?? systemRandom;
    this.#rules = { limits: host.limits, denied: host.denied };
    this.services = createRegistry(builtinsOf(host, options));
    for (const service of aliasServiceOf(options, this.services, host.peerId))
      this.services.register(service);
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

  particles(limit: number): readonly ParticleView[] {
    const actors = this.#residents.actors().toSorted((a, b) => a.deadline - b.deadline);
    return actors.slice(0, limit).map(viewOf);
  }

  get atWork(): number {
    return this.#residents.atWork;
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
  }

  async start(): Promise<void> {
    if (this.#state !== 'stopped') throw new TypeError(`start: the peer is ${this.#state}`);
    this.#state = 'starting';
    this.#started = this.#start();
    await this.#started;
  }

  async #start(): Promise<void> {
    try {
      requireClock(this.#clock);
      await this.#host.store.open(this.peerId);
      const { clock, denied } = this.#host;
      for (const nonce of await this.#host.store.nonces()) this.#window.take(nonce, clock.now());
      this.#forgetDenials = denied.onChange(added => this.#denied(added));
      await this.#calls.start(this.#kept);
      this.#sends.start();
      const resume = await this.#lifecycle.start();
      this.#state = 'running';
      this.#queue.open();
      await this.#transport('start', transport =>
        transport.start(
          (particle, from) => this.#receive(particle, from),
          peerId => this.#sends.reached(peerId),
        ),
      );
      resume();
    } catch (failure) {
      this.#forgetDenials();
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
    // A second call while the peer stops waits for the same end.
    if (this.#state === 'stopping') await this.#stopped;
  }

  async #stop({ graceMs = DEFAULT_GRACE_MS }: StopOptions): Promise<void> {
    const { store, defer, warn, signing, clock, limits } = this.#host;
    this.#forgetDenials();
    if (graceMs === 0) signing.stop();
    const cancel = clock.after(graceMs, () => signing.stop());
    // A signer must not hold the peer up if its clock stands still.
    const cancelLast = systemClock.after(graceMs + limits.portMs, () => signing.stop());
    await this.#calls.stop(graceMs);
    // What is being stored, or waits to be: each operation of the store ends in time.
    while (this.#residents.actors().some(({ isBlocked, hasAnswers }) => isBlocked || hasAnswers)) {
      await store.idle();
      await new Promise<void>(defer);
    }
    cancel();
    cancelLast();
    signing.stop();
    this.#queue.close();
    this.#sends.stop();
    this.#lifecycle.stop();
    signing.start();
    try {
      await this.#transport('stop', transport => transport.stop());
    } catch (failure) {
      warn('the transport could not be stopped', { failure: messageOf(failure) });
    }
    await store.close();
  }

  #transport(act: 'start' | 'stop', work: (transport: Transport) => void | Promise<void>): Promise<void> {
    const { transport, limits } = this.#host;
    const late = `the transport did not ${act} within ${limits.portMs} ms: see whether its network answers`;
    return within(
      limits.portMs,
      () => work(transport),
      () => new TransportError('ERR_TRANSPORT_TIMEOUT', late, { act, waitMs: limits.portMs }),
    );
  }

  run(script: string, options: StartOptions = {}): StartedParticle {
    if (typeof script !== 'string')
      throw new TypeError(`run: the script must be a string, found ${shown(script)}`);
    checkOptions('run', options, START_OPTIONS);
    const { ttlMs = DEFAULT_TTL_MS, id = toHex(this.#random.bytes(16)), handlers = {}, isPatient } = options;
    const particle = this.#sign({ id, timestamp: this.#host.clock.now(), ttl: ttlMs, script });
    const settler = createSettler(script, particle, handlers, isPatient);
    if (particle instanceof Promise) {
      particle.then(
        signed => this.#beginSoon(signed, settler),
        (failure: StartedFailure) => settler.reject(failure),
      );
    } else this.#beginSoon(particle, settler);
    return settler.started;
  }

  /** A promise where the key is kept elsewhere, or fails. */
  #sign(header: NewParticle): Particle | Promise<Particle> {
    const { signing } = this.#host;
    const signed = (signature: Uint8Array): Particle => particleOf(header, this.peerId, signature);
    const failed = (failure: unknown): never => {
      throw abandonment(failure).failure;
    };
    try {
      const signature = signing.sign(particleMessage(header));
      return signature instanceof Promise ? signature.then(signed).catch(failed) : signed(signature);
    } catch (failure) {
      return Promise.reject(failure as Error).catch(failed);
    }
  }

  /** Which particles live is known once the store was read. */
  #beginSoon(particle: Particle, settler: Settler): void {
    const begin = (): void => this.#begin(particle, settler);
    if (this.#state === 'starting') void this.#started.then(begin, begin);
    else begin();
  }

  #begin(particle: Particle, settler: Settler): void {
    try {
      if (this.#state !== 'running') throw notRunning(this.#state);
      if (this.#isPaused) throw paused();
      admitOwn(particle, this.#host.clock.now(), this.#room, this.#rules);
    } catch (failure) {
      if (!(failure instanceof ParticleError)) throw failure;
      settler.reject(new StartedFailure('ERR_STARTED_REFUSED', failure.message, { code: failure.code }));
      return;
    }
    void this.#deliver(particle, this.peerId, () => this.#lifecycle.live(particle, settler));
  }

  /** Never rejects. */
  async #receive(particle: Particle, from: string): Promise<HopAnswer> {
    this.#sends.reached(from);
    try {
      if (this.#state !== 'running') throw notRunning(this.#state);
      if (this.#isPaused && !this.#isHere(particle)) throw paused();
      admit(particle, from, this.#host.clock.now(), this.#room, this.#rules);
    } catch (failure) {
      return this.#refuse(particle, from, failure);
    }
    return this.#deliver(particle, from, () => this.#lifecycle.actorOf(particle, particleKey(particle)));
  }

  #isHere({ signature }: Particle): boolean {
    return signature instanceof Uint8Array && this.#residents.has(particleKey({ signature }));
  }

  /** At once: on living connections, and on particles that wait. */
  #denied(added: readonly DenyEntry[]): void {
    for (const { peerId, role } of added) if (role !== 'init') this.#link?.disconnect(peerId);
    this.#lifecycle.denialsChanged();
  }

  #deliver({ data }: Particle, from: string, actor: () => ReturnType<Lifecycle['live']>): Promise<HopAnswer> {
    const hash = toBase64url(sha256(data));
    return new Promise(answer => this.#queue.deliver(actor(), { data, from, hash, answer }));
  }

  #refuse(particle: Particle, from: string, failure: unknown): HopAnswer | Promise<HopAnswer> {
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

  #createCalls({ acl, guardMode, policies, nameOf, recall, logger }: PeerOptions): Calls {
    const { clock, notify } = this.#host;
    const dispatcher = createDispatcher({
      peerId: this.peerId,
      registry: this.services,
      clock,
      ...(logger && { logger }),
      ...(acl && { acl }),
      ...(guardMode && { guardMode }),
      ...(policies && { policies }),
      ...(nameOf && { nameOf }),
      ...(recall && { recall }),
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

const viewOf = ({ header, key, deadline, calls, pendingSends }: Actor): ParticleView => ({
  id: header.id,
  initPeerId: header.initPeerId,
  key,
  deadline,
  calls: [...calls.values()].map(({ request }) => `${request.serviceId}.${request.functionName}`),
  sends: pendingSends,
});

const paused = (): ParticleError =>
  new ParticleError('ERR_PARTICLE_PAUSED', 'the peer is paused: try again later, or send it to another peer');

const notRunning = (state: string): ParticleError =>
  new ParticleError('ERR_PARTICLE_STOPPED', `the peer is ${state}: start it first`);
