import { BerylError } from '../../base/error.ts';
import type { StateChange, StatePatch } from '../../services/index.ts';
import type { JsonValue } from '../../interpreter/index.ts';
import type { ParticleHeader } from '../particle.ts';

/** Why a store refuses. */
export type StoreErrorCode =
  /** Somebody else has written this particle, or this service's state, in the meantime. Nothing was written. */
  | 'ERR_STORE_CONFLICT'
  /** The store could not read or write; `cause` says why. Nothing was written. */
  | 'ERR_STORE_FAILED'
  /** The file was written by a newer version of Beryl. */
  | 'ERR_STORE_VERSION'
  /** The store belongs to another peer. */
  | 'ERR_STORE_PEER'
  /** Another process has the store open. */
  | 'ERR_STORE_LOCKED'
  /** No SQLite on this machine; the message says what to install. */
  | 'ERR_STORE_DRIVER'
  /** The store is not open. */
  | 'ERR_STORE_CLOSED';

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

/** What a peer keeps of one particle until its life is over. */
export interface StoredParticle {
  readonly header: ParticleHeader;
  /** Counts the writes of this particle, from 1. */
  readonly revision: number;
  readonly data: Uint8Array;
  /** Peers that have not yet acknowledged the data. */
  readonly sends: readonly string[];
  /** Variables (canonical JSON of an object) of a particle that this peer has started; else `null`. */
  readonly variables: string | null;
  /** Nothing is left to do here, unless another copy comes. */
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
  /** Left out: as it was. */
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
  /** The patches continue what is stored under `expected`; else only `change.state` counts. */
  readonly continues: boolean;
  readonly change: Pick<StateChange, 'patches' | 'state'>;
}

/** All of it is written, or nothing. */
export interface Transaction {
  readonly particle?: ParticleWrite;
  /** An answer for a particle; without effect if the particle is gone. */
  readonly answer?: StoredAnswer & { readonly key: string };
  readonly service?: StateWrite;
}

export interface StoredState {
  readonly revision: number;
  readonly state: JsonValue;
  /** Since `state`, in order. */
  readonly patches: readonly StatePatch[];
}

/**
 * Where a peer keeps particles and the states of its services: asynchronous, transactional, with compare-and-set. One store
 * belongs to one peer. `test/compliance/store` is the contract as a suite; each implementation passes it.
 *
 * Operations take effect in the order of their calls. Each rejects with {@link StoreError} only.
 */
export interface Store {
  /**
   * @param peerId Owner; a new store takes it over.
   * @throws {StoreError} `ERR_STORE_PEER`, `ERR_STORE_VERSION`, `ERR_STORE_LOCKED`, `ERR_STORE_DRIVER`.
   */
  open(peerId: string): Promise<void>;
  /**
   * Resolves when the transaction would survive a crash.
   *
   * @throws {StoreError} `ERR_STORE_CONFLICT` if an expected revision is not the stored one: then nothing was written.
   */
  commit(transaction: Transaction): Promise<void>;
  load(key: string): Promise<StoredParticle | undefined>;
  /** Particles in the order of their keys, those after `after` (all: `''`), at most `limit`. */
  scan(after: string, limit: number): Promise<readonly ParticleSummary[]>;
  /** The stored state of a service. */
  state(id: string): Promise<StoredState | undefined>;
  /** Deletes particles with their answers. */
  remove(keys: readonly string[]): Promise<void>;
  /** Deletes particles whose deadline is before `nowMs`. @returns Their keys, at most `limit` at a time. */
  sweep(nowMs: number, limit: number): Promise<readonly string[]>;
  /** Keeps everything; `open` opens again. Waits for what is under way. */
  close(): Promise<void>;
}
