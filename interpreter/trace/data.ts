import type { RecordChain } from '../provenance/record-batch.ts';
import type { SiteKey } from '../provenance/site.ts';
import type { Value } from '../values/value.ts';
import type { State } from './state.ts';

/**
 * What a particle carries from peer to peer: who was asked (trace), what was answered (chains of signed records), and the
 * answers themselves (values, by hash).
 *
 * @spec docs/spec/data.md
 */
export interface Data {
  /** Of the peer that wrote this data; means nothing to others. */
  readonly lastRequestId: number;
  readonly trace: ReadonlyMap<SiteKey, State>;
  readonly chains: ReadonlyMap<string, RecordChain>;
  /** Results, failures and canon contents by SHA-256 (hex). */
  readonly values: ReadonlyMap<string, Value>;
}

export const DATA_VERSION = 1;

export const EMPTY_DATA: Data = { lastRequestId: 0, trace: new Map(), chains: new Map(), values: new Map() };
