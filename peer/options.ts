import type { AsyncSigner, Limits, Signer } from '../interpreter/index.ts';
import type {
  Acl,
  GuardMode,
  NameOf,
  Contacts,
  PeerServiceOptions,
  PolicySet,
  Recall,
  Registry,
  ServiceInstance,
} from '../services/index.ts';
import type { DenyList } from './envelopes/deny-list.ts';
import type { PeerLimits } from './limits.ts';
import type { EnvelopeMode, PeerObserver } from './observer.ts';
import type { ParticleHandlers } from './particle-scope.ts';
import type { Activity, Clock, Defer, Logger, Random } from './ports.ts';
import type { StartedParticle } from './settlement.ts';
import type { Store } from './stores/store.ts';
import type { Link } from './transports/link.ts';
import type { Transport } from './transports/transport.ts';

/** The options of {@link createPeer}. Only the key and the transport are required. */
export interface PeerOptions {
  /** Seed of 32 bytes, or a signer that keeps it elsewhere and may answer later. Its peer id is the peer's. */
  readonly secretKey: Uint8Array | Signer | AsyncSigner;
  /** How long a signer that answers later may take for one signature, milliseconds; 5 000 if left out. */
  readonly signTimeoutMs?: number;
  /** Moves particles as they are, such as a `MemoryNetwork` in one process. Either this or `link` must be given. */
  readonly transport?: Transport;
  /** Moves bytes: the peer encodes particles and puts them into signed envelopes. */
  readonly link?: Link;
  /** What happens to frames of the link whose envelope is not in order. Left out: `enforce`. */
  readonly envelopes?: EnvelopeMode;
  /** The store keeps the state of these services. Services that are registered later keep their state in memory only. */
  readonly services?: readonly ServiceInstance[];
  /** Who may call what. Left out: management functions for this peer itself, everything else for everybody. */
  readonly acl?: Acl;
  /** Service ids by alias, which `srv.resolve_alias` tells to callers who may call the service. Left out: the peer has no `srv`. */
  readonly aliases?: Readonly<Record<string, string>>;
  /** Left out: `enforce`. */
  readonly guardMode?: GuardMode;
  /** Rules on calls as data; `policies.replace` exchanges them while the peer runs. Left out: none. */
  readonly policies?: PolicySet;
  /** Names for denial texts, which travel to the script. */
  readonly nameOf?: NameOf;
  /** Answers of earlier calls, given again instead of running a handler. Left out: none. */
  readonly recall?: Recall;
  /** What the builtin `peer.identify` answers. */
  readonly identity?: Pick<PeerServiceOptions, 'version' | 'externalAddresses'>;
  /** What the builtins `kad` and `peer` know of other peers. Left out: what the transport knows. */
  readonly contacts?: Contacts;
  /** Peers from which nothing is accepted: ids, or a list that can change while the peer runs. */
  readonly denied?: readonly string[] | ReadonlySet<string> | DenyList;
  readonly limits?: Partial<PeerLimits>;
  /** Bounds of each run of the interpreter. */
  readonly runLimits?: Partial<Limits>;
  readonly observer?: PeerObserver;
  readonly clock?: Clock;
  readonly random?: Random;
  /** Left out: memory. A peer that must not forget what it has signed needs `sqliteStore` or another durable store. */
  readonly store?: Store;
  readonly logger?: Logger;
  readonly activity?: Activity;
  /** Puts work off to a later turn of the event loop. Left out: the platform’s. Several peers of one process may share one. */
  readonly defer?: Defer;
}

/** The options of {@link Peer.run}. */
export interface StartOptions {
  /** Lifetime, milliseconds; 7 000 if left out. */
  readonly ttlMs?: number;
  /** Left out: 16 random bytes in hex. The id of a particle that still lives is refused. */
  readonly id?: string;
  readonly handlers?: ParticleHandlers;
  /** Left out: a run ends after some 3 s in which a peer cannot be reached. `true`: it waits for that peer until its ttl is over. */
  readonly isPatient?: boolean;
}

/** The options of {@link Peer.stop}. */
export interface StopOptions {
  /** How long calls under way may go on, milliseconds; 2 000 if left out. */
  readonly graceMs?: number;
}

/** A running node: starts scripts, serves calls, passes particles on. See {@link createPeer}. */
export interface Peer {
  readonly peerId: string;
  readonly services: Registry;
  /**
   * Opens the store, continues unfinished particles, and begins to receive.
   *
   * @throws {StoreError} If the store cannot be opened or read. @throws {TransportError} If the transport does not start in time.
   * @throws {TypeError} If the peer is running, or its clock gives no time.
   */
  start(): Promise<void>;
  /**
   * Refuses new particles; calls under way end, or are aborted after the grace time; their answers are stored; the store is closed.
   * Particles that this peer has started fail with `ERR_STARTED_STOPPED`. Afterwards nothing keeps the process alive. After a restart
   * the peer continues: calls without an answer are made again, with the same idempotency keys.
   *
   * It always ends: each operation of the store, and the end of the transport, is given up after `PeerLimits.portMs`.
   *
   * @throws {StoreError} If the store could not be closed. The peer is stopped all the same.
   */
  stop(options?: StopOptions): Promise<void>;
  /**
   * Takes nothing new until `resume`: senders of particles that are not here yet get `ERR_PARTICLE_PAUSED` and try again later. What
   * is here already goes on, so a paused peer comes to rest: `atWork` falls to 0.
   */
  pause(): void;
  resume(): void;
  readonly isPaused: boolean;
  /** Starts a script with this peer as its init peer. An error in the script never throws here: the run rejects. */
  run(script: string, options?: StartOptions): StartedParticle;
  /** Particles at work, at most so many, those that end first. */
  particles(limit: number): readonly ParticleView[];
  /** Number of unexpired particles on this peer, at work and at rest. */
  readonly size: number;
  /** Number of particles at work. */
  readonly atWork: number;
}

/** A particle at work, as an operator sees it. */
export interface ParticleView {
  readonly id: string;
  readonly initPeerId: string;
  /** Base64url of its signature. */
  readonly key: string;
  /** Milliseconds since 1970. */
  readonly deadline: number;
  /** Calls of this peer's services that have not answered. */
  readonly calls: readonly string[];
  /** Peers that have not acknowledged it. */
  readonly sends: readonly string[];
}
