import { BerylError } from '../../base/error.ts';
import type { StateChange, StatePatch } from '../../services/index.ts';
import type { JsonValue } from '../../interpreter/index.ts';
import type { KnownNonce } from '../envelopes/replay-window.ts';
import type { ParticleHeader } from '../particle.ts';

/** Why a store operation fails. */
export type StoreErrorCode =
  /** Another writer has changed this particle or this service's state in the meantime. Nothing was written. */
  | 'ERR_STORE_CONFLICT'
  /** The store could not read or write; `cause` says why. Nothing was written. */
  | 'ERR_STORE_FAILED'
  /** The store gave no answer in time. What was asked for may still be written, before anything that is asked for later. */
  | 'ERR_STORE_TIMEOUT'
  /** The file was written by a newer version of Beryl. */
  | 'ERR_STORE_VERSION'
  /** The file does not come from a peer’s store, or is too damaged to be read. */
  | 'ERR_STORE_FORMAT'
  /** The store belongs to another peer. */
  | 'ERR_STORE_PEER'
  /** Another process has the store open. */
  | 'ERR_STORE_LOCKED'
  /** No SQLite on this machine; the message says what to install. */
  | 'ERR_STORE_DRIVER'
  /** The store is not open. */
  | 'ERR_STORE_CLOSED';

/** A store operation that failed. Its code is a {@link StoreErrorCode}. */
export class StoreError extends BerylError<StoreErrorCode> {
  override readonly name = 'StoreError';
}

/** The answer of one call of a particle. */
export interface StoredAnswer {
  /** `callKeyOf` of the call. */
  readonly call: string;
  readonly retCode: number;
  readonly resultJson: string;
}

/** What a peer stores of one particle until it expires. */
export interface StoredParticle {
  readonly header: ParticleHeader;
  /** Counts the writes of this particle, from 1. */
  readonly revision: number;
  readonly data: Uint8Array;
  /** Peers that have not yet acknowledged the data. */
  readonly sends: readonly string[];
  /** Variables (canonical JSON of an object) of a particle that this peer has started; else `null`. */
  readonly variables: string | null;
  /** Nothing is left to do here until another copy arrives. */
  readonly isAtRest: boolean;
  /** Answers that no run has used yet. */
  readonly answers: readonly StoredAnswer[];
}

/** A stored particle in short. */
export interface ParticleSummary {
  readonly key: string;
  readonly id: string;
  readonly initPeerId: string;
  /** Milliseconds since 1970. */
  readonly deadline: number;
  /** Bytes that it takes: script and data. */
  readonly size: number;
  readonly isAtRest: boolean;
}

/** One particle's part of a transaction. */
export interface ParticleWrite {
  readonly key: string;
  /** Revision that this write follows; 0: the particle is new. */
  readonly expected: number;
  /** Needed if the particle is new. */
  readonly header?: ParticleHeader;
  readonly variables?: string | null;
  /** Left out: unchanged. */
  readonly data?: Uint8Array;
  readonly sends: readonly string[];
  readonly isAtRest: boolean;
  /** Answers, by call, that the data now holds; they are deleted. */
  readonly used: readonly string[];
}

/** One service's part of a transaction. */
export interface StateWrite {
  readonly id: string;
  /** Revision that this write follows; 0: nothing is stored yet. */
  readonly expected: number;
  /** Whether the patches follow the state stored under `expected`; otherwise only `change.state` counts. */
  readonly continues: boolean;
  /** Version of the service's state, stored with a whole state; 0 if left out. Patches continue a state of the same version. */
  readonly version?: number;
  readonly change: Pick<StateChange, 'patches' | 'state'>;
}

/**
 * The latest deadlines, milliseconds since 1970, of all particles that were ever deleted, whether the store's owner had started them or
 * another peer; 0 for none. A particle with an earlier deadline may have been here: it must not run again, whatever the clock says.
 */
export interface EndedUntil {
  readonly own: number;
  readonly others: number;
}

/** All of it is written, or nothing. */
export interface Transaction {
  readonly particle?: ParticleWrite;
  /** An answer for a particle; without effect if the particle is gone. */
  readonly answer?: StoredAnswer & { readonly key: string };
  readonly service?: StateWrite;
  /**
   * It only saves work after a restart, so a crash may lose it: a store may write it together with what comes next, at the latest when
   * it is closed. It keeps its place in the order.
   */
  readonly isHint?: boolean;
  /** An envelope that was taken; those that ended before `forgetBeforeMs` are deleted. */
  readonly nonce?: KnownNonce & { readonly forgetBeforeMs: number };
}

/** The state of one service, as a store keeps it. */
export interface StoredState {
  readonly revision: number;
  /** Version of the service's state; left out: 0. */
  readonly version?: number;
  readonly state: JsonValue;
  /** Since `state`, in order. */
  readonly patches: readonly StatePatch[];
}

/**
 * Stores a peer's particles and the states of its services: asynchronous, transactional, with compare-and-set. A store belongs to one
 * peer. `test/compliance/store` is the contract as a test suite; each implementation passes it.
 *
 * Operations take effect in the order of their calls. Each rejects with {@link StoreError} only. A peer waits for each as long as
 * `PeerLimits.portMs` says; then it gives the operation up, which may still take effect.
 */
export interface Store {
  /**
   * @param peerId The owner. A new store records it; later it must be the same.
   * @throws {StoreError} `ERR_STORE_PEER`, `ERR_STORE_VERSION`, `ERR_STORE_LOCKED`, `ERR_STORE_DRIVER`.
   */
  open(peerId: string): Promise<void>;
  /**
   * Resolves when the transaction would survive a crash; a hint may resolve at once.
   *
   * @throws {StoreError} `ERR_STORE_CONFLICT` if an expected revision is not the stored one: then nothing was written.
   */
  commit(transaction: Transaction): Promise<void>;
  load(key: string): Promise<StoredParticle | undefined>;
  /** Particles in the order of their keys, those after `after` (all: `''`), at most `limit`. */
  scan(after: string, limit: number): Promise<readonly ParticleSummary[]>;
  /** The stored state of a service. */
  state(id: string): Promise<StoredState | undefined>;
  /** Envelopes that were taken and are not deleted. */
  nonces(): Promise<readonly KnownNonce[]>;
  /** Deletes particles with their answers. {@link ended} counts them, in the same transaction. */
  remove(keys: readonly string[]): Promise<void>;
  /** Deletes particles whose deadline is before `nowMs`, as `remove` does. @returns Their keys, at most `limit` at a time. */
  sweep(nowMs: number, limit: number): Promise<readonly string[]>;
  ended(): Promise<EndedUntil>;
  /** Waits for operations under way, then closes. The content stays; `open` opens it again. */
  close(): Promise<void>;
}
