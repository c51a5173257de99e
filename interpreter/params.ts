import type { Limits } from './limits.ts';
import type { Signer } from './keys/key-pair.ts';
import type { JsonValue } from './values/json.ts';

/** The facts of a run that do not come from the network. */
export interface RunParams {
  /** Peer that started the particle. `%init_peer_id%`, and the origin of every literal. */
  readonly initPeerId: string;
  /** The peer of this run. `secretKey` must belong to it. */
  readonly currentPeerId: string;
  /** 32-byte Ed25519 seed, or a signer that keeps the seed to itself. */
  readonly secretKey: Uint8Array | Signer;
  /** Milliseconds since 1970; `%timestamp%`. An integer of 0 … 2^53 − 1. */
  readonly timestamp: number;
  /** Milliseconds; `%ttl%`. An integer of 0 … 2^32 − 1. */
  readonly ttl: number;
  readonly particleId: string;
  /** 64 bytes: the init peer's signature of the particle. Every record of the run is bound to it. */
  readonly particleSignature: Uint8Array;
  readonly limits?: Partial<Limits>;
}

/**
 * The answer to one call request. `retCode` 0 is success; then the result is JSON: a value, or its text where numbers must
 * not lose anything (`1.0`, integers beyond 2^53). Otherwise the result describes the failure; its text is what the script
 * sees in `%last_error%`.
 */
export type CallResult =
  | { readonly retCode: number; readonly result: JsonValue }
  | { readonly retCode: number; readonly resultJson: string };

/** Everything that goes into one run. Only `currentData` comes from the network. */
export interface RunInput {
  /** The script, the same text on every peer and at every run. */
  readonly air: string;
  /** `data` of this peer's last run of this particle; empty if there was none. Trusted. */
  readonly prevData: Uint8Array;
  /** Data that arrived from another peer; empty if none. Verified before anything uses it. */
  readonly currentData: Uint8Array;
  readonly params: RunParams;
  /** Answers to earlier call requests, by request id. */
  readonly callResults: ReadonlyMap<number, CallResult>;
}

/** As {@link RunInput}, for a run whose head is signed elsewhere. */
export interface PrepareInput extends Omit<RunInput, 'params'> {
  readonly params: Omit<RunParams, 'secretKey'>;
}
