import { checkOptions } from '../base/options.ts';
import {
  createDispatcher,
  createRegistry,
  type Registry,
  type ServiceInstance,
  messageOf,
} from '../services/index.ts';
import { aliasServiceOf, builtinsOf, hostOf } from './wiring.ts';
import type { Peer, PeerOptions, ParticleView, StartOptions, StopOptions } from './options.ts';
import type { Actor } from './actor.ts';
import { Calls } from './calls.ts';
import { Entrance, type PeerState } from './entrance.ts';
import { type DenyEntry } from './envelopes/deny-list.ts';
import { ReplayWindow } from './envelopes/replay-window.ts';
import { type Host } from './host.ts';
import { Lifecycle } from './lifecycle.ts';
import { PEER_OPTIONS, STOP_OPTIONS } from './option-shapes.ts';
import type { Particle } from './particle.ts';
import { ParticleQueue } from './particle-queue.ts';
import { within } from './patience.ts';
import type { Clock } from './ports.ts';
import { Refusals } from './refusals.ts';
import { Residents } from './residents.ts';
import { Runs } from './runs.ts';
import { requireClock } from './safe-ports.ts';
import { Sends } from './sends.ts';
import type { StartedParticle, Settler } from './settlement.ts';
import { Starts } from './starts.ts';
import { systemClock, systemRandom } from './system.ts';
import type { Link } from './transports/link.ts';
import { TransportError, type Transport } from './transports/transport.ts';

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
  readonly #link: Link | undefined;
  readonly #window = new ReplayWindow();
  readonly #queue: ParticleQueue;
  readonly #residents: Residents;
  readonly #calls: Calls;
  readonly #sends: Sends;
  readonly #lifecycle: Lifecycle;
  readonly #entrance: Entrance;
  readonly #starts: Starts;
  #forgetDenials = (): void => undefined;
  #state: PeerState = 'stopped';
  /** Also while it runs, and its transport starts. */
  #isStarting = false;
  #started: Promise<void> = Promise.resolve();
  #stopped: Promise<void> = Promise.resolve();

  constructor(options: PeerOptions) {
    const host = hostOf(options, this.#window);
    this.#host = host;
    this.#clock = options.clock ?? systemClock;
    this.peerId = host.peerId;
    this.#link = options.link;
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
    this.#sends = new Sends(host, actor => this.#lifecycle.changed(actor));
    const refusals = new Refusals(host);
    const parts = { host, queue: this.#queue, residents: this.#residents, sends: this.#sends };
    this.#lifecycle = new Lifecycle(parts);
    this.#calls = this.#createCalls(options);
    const runs = new Runs({
      ...parts,
      calls: this.#calls,
      refusals,
      changed: actor => this.#lifecycle.changed(actor),
      abandon: (actor, failure) => this.#lifecycle.abandon(actor, failure),
      expire: actor => this.#lifecycle.expire(actor),
    });
    this.#entrance = new Entrance({
      ...parts,
      refusals,
      lifecycle: this.#lifecycle,
      state: () => this.#state,
    });
    const random = options.random ?? systemRandom;
    this.#starts = new Starts(host, random, (particle, settler) => this.#beginSoon(particle, settler));
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
    return this.#entrance.isPaused;
  }

  pause(): void {
    this.#entrance.isPaused = true;
  }

  resume(): void {
    this.#entrance.isPaused = false;
  }

  async start(): Promise<void> {
    if (this.#state !== 'stopped') throw new TypeError(`start: the peer is ${this.#state}`);
    this.#state = 'starting';
    this.#isStarting = true;
    this.#started = this.#start().finally(() => (this.#isStarting = false));
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
      await this.#transport('start', transport => this.#connect(transport));
      resume();
    } catch (failure) {
      if (this.#state === 'running') {
        this.#state = 'stopping';
        await this.#stop({ graceMs: 0 }).catch(() => undefined);
      } else {
        this.#forgetDenials();
        this.#sends.stop();
        await this.#host.store.close().catch(() => undefined);
      }
      this.#state = 'stopped';
      throw failure;
    }
  }

  /** A transport that starts after its time is stopped once more. */
  async #connect(transport: Transport): Promise<void> {
    await transport.start(
      (particle, from) => this.#entrance.receive(particle, from),
      peerId => this.#sends.reached(peerId),
    );
    if (this.#state === 'stopped') await transport.stop();
  }

  async stop(options: StopOptions = {}): Promise<void> {
    checkOptions('stop', options, STOP_OPTIONS);
    if (this.#isStarting) await this.#started.catch(() => undefined);
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

  run(script: string, options?: StartOptions): StartedParticle {
    return this.#starts.run(script, options);
  }

  /** Which particles live is known once the store was read. */
  #beginSoon(particle: Particle, settler: Settler): void {
    const begin = (): void => this.#entrance.begin(particle, settler);
    if (this.#state === 'starting') void this.#started.then(begin, begin);
    else begin();
  }

  /** At once: on living connections, and on particles that wait. */
  #denied(added: readonly DenyEntry[]): void {
    for (const { peerId, role } of added) if (role !== 'init') this.#link?.disconnect(peerId);
    this.#lifecycle.denialsChanged();
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
