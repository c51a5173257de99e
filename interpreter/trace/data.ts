import type { Logs } from '../log/merge.ts';
import type { SiteKey } from '../provenance/site.ts';
import type { Value } from '../values/value.ts';
import type { State } from './state.ts';

/**
 * What a particle carries from peer to peer: requested calls (states), results (a signed log of records per peer),
 * and the answers themselves (values, by hash).
 *
 * @spec docs/spec/data.md
 */
export interface Data {
  /** Of the peer that wrote this data; means nothing to others. */
  readonly lastRequestId: number;
  readonly states: ReadonlyMap<SiteKey, State>;
  readonly logs: Logs;
  /** Results, failures and canon contents by SHA-256 (hex). */
  readonly values: ReadonlyMap<string, Value>;
}

export const DATA_VERSION = 2;

export const EMPTY_DATA: Data = { lastRequestId: 0, states: new Map(), logs: new Map(), values: new Map() };
