import { checkOptions, isCount, isFunction, hasShape, isPlain } from '../../base/options.ts';
import { signerOf } from '../../interpreter/index.ts';
import { messageOf, type ServiceInstance } from '../../services/index.ts';
import { fairDefer } from '../fair-defer.ts';
import { DEFAULT_PEER_LIMITS, type PeerLimits } from '../limits.ts';
import { PEER_OPTIONS, STOP_OPTIONS } from '../option-shapes.ts';
import type { ParticleView, PeerOptions, StopOptions } from '../options.ts';
import { silentLogger, systemClock } from '../system.ts';
import { connectBus, type Bus } from '../transports/nats/connection.ts';
import { type NatsHost, type NatsBounds, DEFAULT_NATS_BOUNDS } from '../transports/nats/options.ts';
import { FrameSender, openFrameStream } from '../transports/nats/frames.ts';
import { beatSubject, PARTITIONS } from '../transports/nats/subjects.ts';
import { DenyList, fixedDenyList } from '../envelopes/deny-list.ts';
import type { Beat } from './assignment.ts';
import { decodeBeat, encodeBeat } from './beat-codec.ts';
import { LatticeError } from './errors.ts';
import { HeldPartitions } from './held-partitions.ts';
import { BEAT_MS, decide, Members } from './members.ts';
import { openPartition, type OpenPartition } from './partition.ts';

/** One of the workers of a peer. */
export interface WorkerOptions extends Omit<
  PeerOptions,
  'transport' | 'link' | 'store' | 'clock' | 'random' | 'activity' | 'contacts' | 'defer'
> {
  readonly nats: NatsHost;
  readonly bounds?: Partial<NatsBounds>;
  /** Services that take the place of builtins. */
  readonly overrides?: readonly ServiceInstance[];
  /** Called when this worker has other partitions than before. */
  readonly onPartitions?: (partitions: readonly number[]) => void;
}

/** A running worker. */
export interface Worker {
  readonly peerId: string;
  /** The id of its host key. */
  readonly host: string;
  /** Partitions of the peer's particles that it works on now. */
  readonly partitions: readonly number[];
  /** Host ids of the other workers that live. */
  readonly others: readonly string[];
  readonly atWork: number;
  readonly size: number;
  readonly isPaused: boolean;
  particles(limit: number): readonly ParticleView[];
  pause(): void;
  resume(): void;
  /** Gives its partitions to the others. */
  stop(options?: StopOptions): Promise<void>;
}

/** Partitions that are opened at a time: each waits for seven answers of the server, one after the other, and takes some 6 ms of this process. */
const OPENED_AT_A_TIME = 16;
/** Each partition has its share of a limit, and room for uneven shares. */
const UNEVEN = 4;
const SHARED: readonly (keyof PeerLimits)[] = [
  'particlesPerInitPeer',
  'particles',
  'knownPerInitPeer',
  'known',
  'storedBytes',
  'waitingPerSender',
  'waiting',
];

/**
 * Starts one of the workers of a peer. All workers have the peer's id and each a host key of its own; each works on some of the
 * partitions of the peer's particles. A worker that is not heard any more loses its partitions to the others, which go on where it was.
 *
 * @throws {LatticeError} `ERR_LATTICE_STATE` if a service keeps its state in the process.
 * @throws {LinkError} If the bus cannot be reached, or the host was bound to another peer.
 * @throws {TypeError} If an option is missing, misspelt or of the wrong kind.
 * @example const worker = await startWorker({ secretKey: signer, nats: { servers, hostKey, binding }, services });
 */
export async function startWorker(options: WorkerOptions): Promise<Worker> {
  const {
    transport: _t,
    link: _l,
    store: _s,
    clock: _c,
    random: _r,
    activity: _a,
    contacts: _o,
    defer: _d,
    ...shapes
  } = PEER_OPTIONS;
  checkOptions('startWorker', options, {
    ...shapes,
    nats: isPlain,
    bounds: hasShape(Object.fromEntries(Object.keys(DEFAULT_NATS_BOUNDS).map(name => [name, isCount]))),
    overrides: PEER_OPTIONS.services,
    onPartitions: isFunction,
  });
  for (const service of [...(options.services ?? []), ...(options.overrides ?? [])]) requireExternal(service);
  const { secretKey, nats, bounds } = options;
  const signer = secretKey instanceof Uint8Array ? signerOf(secretKey) : secretKey;
  const all = { ...DEFAULT_NATS_BOUNDS, ...bounds };
  const bus = await connectBus(signer.peerId, nats);
  try {
    await openFrameStream(bus, signer.peerId, all, true);
    const worker = new BusWorker(bus, { ...options, secretKey: signer }, signer.peerId, all);
    await worker.start();
    return worker;
  } catch (failure) {
    await bus.connection.close();
    throw failure;
  }
}

function requireExternal({ id, definition }: ServiceInstance): void {
  if (definition.stateSchema?.isExternal === true) return;
  throw new LatticeError(
    'ERR_LATTICE_STATE',
    `service \`${id}\` must say \`state: 'external'\`: with several workers each would have a state of its own`,
    { service: id },
  );
}

/** The limits of one partition. */
export function shareOf(limits: Partial<PeerLimits> = {}): PeerLimits {
  const whole: Record<keyof PeerLimits, number> = { ...DEFAULT_PEER_LIMITS, ...limits };
  for (const name of SHARED)
    whole[name] = Math.min(whole[name], Math.ceil((whole[name] * UNEVEN) / PARTITIONS));
  return whole;
}

class BusWorker implements Worker {
  readonly peerId: string;
  readonly host: string;
  readonly #bus: Bus;
  readonly #options: WorkerOptions;
  readonly #bounds: NatsBounds;
  readonly #members: Members;
  readonly #denied: DenyList;
  readonly #sender: FrameSender;
  /** All its partitions take turns. */
  readonly #defer = fairDefer();
  readonly #held: HeldPartitions;
  #timer: ReturnType<typeof setInterval> | undefined;
  #subscription: { unsubscribe(): void } | undefined;
  #isPaused = false;
  #stopped: Promise<void> | undefined;

  constructor(bus: Bus, options: WorkerOptions, peerId: string, bounds: NatsBounds) {
    this.#bus = bus;
    this.#options = options;
    this.#bounds = bounds;
    this.peerId = peerId;
    this.host = bus.host;
    this.#members = new Members(systemClock, bus.host);
    const { denied = [] } = options;
    this.#denied = denied instanceof DenyList ? denied : fixedDenyList(denied);
    this.#sender = new FrameSender(bus, peerId, bounds);
    this.#held = new HeldPartitions({
      open: (partition, onLost) => this.#openPartition(partition, onLost),
      changed: () => this.#options.onPartitions?.(this.partitions),
      given: () => this.#beatSoon(),
      settled: () => this.#takeNext(),
      warn: (what, failure, partition) => this.#warn(what, failure, partition),
    });
  }

  async start(): Promise<void> {
    const { connection } = this.#bus;
    this.#subscription = connection.subscribe(beatSubject(this.peerId, '*'), {
      callback: (failure, { subject, data }) => {
        if (failure === null) this.#heard(subject.slice(subject.lastIndexOf('.') + 1), data);
      },
    });
    await connection.flush();
    this.#beat(true);
    this.#timer = setInterval(() => this.#tick(), BEAT_MS / 2);
  }

  get partitions(): readonly number[] {
    return this.#held.numbers;
  }

  get others(): readonly string[] {
    return this.#members.others.map(({ member }) => member);
  }

  get atWork(): number {
    return sum(this.#held.peers, ({ atWork }) => atWork);
  }

  get size(): number {
    return sum(this.#held.peers, ({ size }) => size);
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  particles(limit: number): readonly ParticleView[] {
    const all = this.#held.peers.flatMap(peer => peer.particles(limit));
    return all.toSorted((a, b) => a.deadline - b.deadline).slice(0, limit);
  }

  pause(): void {
    this.#isPaused = true;
    for (const peer of this.#held.peers) peer.pause();
  }

  resume(): void {
    this.#isPaused = false;
    for (const peer of this.#held.peers) peer.resume();
  }

  stop(options: StopOptions = {}): Promise<void> {
    checkOptions('stop', options, STOP_OPTIONS);
    this.#stopped ??= this.#stop(options);
    return this.#stopped;
  }

  async #stop(options: StopOptions): Promise<void> {
    clearInterval(this.#timer);
    // Others must not take what is being closed: it beats until nothing is left.
    const beats = setInterval(() => this.#beat(), BEAT_MS);
    await this.#held.giveAll(options);
    clearInterval(beats);
    this.#subscription?.unsubscribe();
    this.#beat(false, true);
    this.#sender.stop();
    const { connection } = this.#bus;
    await Promise.race([connection.flush(), connection.closed()]).catch(() => undefined);
    await connection.close();
  }

  #heard(member: string, data: Uint8Array): void {
    try {
      const { holds, isNew, isLeaving } = decodeBeat(data);
      // A host that was stolen and denied gets no share: nothing would be signed for its partitions.
      if (isLeaving || this.#denied.has(member, 'host')) this.#members.left(member);
      else this.#members.heard({ member, holds });
      if (isNew && member !== this.host) this.#beat();
    } catch (failure) {
      this.#warn('a beat cannot be read', failure);
    }
  }

  #beats = 0;

  #tick(): void {
    const todo = decide(this.#members, this.#self);
    if (todo === 'anew') {
      // What others have claimed meanwhile is fenced, and found out soon. The rest stays open: a worker that stands still for a moment on
      // a busy machine must not give away everything, and make others open it on the same machine.
      this.#members.listen();
      this.#beat(true);
      return;
    }
    this.#beats += 1;
    if (this.#beats % 2 === 0) this.#beat();
    if (todo === 'listen') return;
    for (const partition of todo.lost) if (!this.#held.isChanging(partition)) void this.#held.lose(partition);
    for (const partition of todo.give)
      if (!this.#held.isChanging(partition)) void this.#held.give(partition, {});
    for (const partition of todo.take) {
      if (this.#held.opening >= OPENED_AT_A_TIME) break;
      if (!this.#held.isChanging(partition)) void this.#held.take(partition);
    }
  }

  get #self(): Beat {
    return { member: this.host, holds: this.#held.claims };
  }

  #beat(isNew = false, isLeaving = false): void {
    if (this.#bus.connection.isClosed()) return;
    const message = encodeBeat({ holds: this.#self.holds, isNew, isLeaving });
    this.#bus.connection.publish(beatSubject(this.peerId, this.host), message);
  }

  #isBeatDue = false;

  /** Several partitions given at once make one beat. */
  #beatSoon(): void {
    if (this.#isBeatDue) return;
    this.#isBeatDue = true;
    queueMicrotask(() => {
      this.#isBeatDue = false;
      this.#beat();
    });
  }

  async #openPartition(partition: number, onLost: (failure: unknown) => void): Promise<OpenPartition> {
    const open = await openPartition(partition, {
      bus: this.#bus,
      sender: this.#sender,
      bounds: this.#bounds,
      options: { ...this.#options, defer: this.#defer },
      limits: shareOf(this.#options.limits),
      onLost,
    });
    if (this.#isPaused) open.peer.pause();
    return open;
  }

  /** The next one at once: a worker that went is replaced soon. */
  #takeNext(): void {
    if (this.#stopped === undefined && this.#held.opening === OPENED_AT_A_TIME - 1) this.#tick();
  }

  #warn(what: string, failure: unknown, partition?: number): void {
    const { warn } = this.#options.logger ?? silentLogger;
    warn(what, { reason: messageOf(failure), ...(partition !== undefined && { partition }) });
  }
}

const sum = <T>(list: readonly T[], count: (one: T) => number): number =>
  list.reduce((total, one) => total + count(one), 0);
