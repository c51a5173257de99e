import { ByteBuffer } from '../../base/byte-buffer.ts';
import { fromHex, utf8 } from '../../base/bytes.ts';
import { onForget } from '../forget.ts';
import { sha256Hex } from '../platform.ts';
import type { CallRecord } from './call-record.ts';
import { rootOfRecords } from './merkle.ts';
import type { SiteKey } from './site.ts';

/** A record as it travels: the bytes that were signed, and what they say. */
export interface SealedRecord {
  readonly bytes: Uint8Array;
  readonly record: CallRecord;
}

/** The records of one run of one peer, under one signature. */
export interface RecordBatch {
  /** Head (hex) of the peer's batch before this one; {@link FIRST_PREVIOUS} for its first. */
  readonly previous: string;
  readonly records: readonly SealedRecord[];
  /** 64 bytes: Ed25519 of the peer over {@link head}. */
  readonly signature: Uint8Array;
  /** Hex; binds particle, peer, history and records. */
  readonly head: string;
}

/** All that one peer recorded in a particle, in the order of its runs. */
export interface RecordChain {
  readonly peerId: string;
  readonly batches: readonly RecordBatch[];
}

export const FIRST_PREVIOUS = '00'.repeat(32);

const DOMAIN = utf8('beryl/records/1');

/**
 * What a peer signs: `SHA-256("beryl/records/1" ‖ particle signature (64) ‖ peer id (52) ‖ previous head (32) ‖
 * records so far, these included (u64, big-endian) ‖ root (32))`.
 *
 * All parts have a fixed length, so the concatenation is unambiguous. The particle signature binds the records to one
 * particle, the previous head to one history, the count makes a shortened batch show.
 *
 * @spec docs/spec/call-record.md#heads
 */
export function headOf(
  particleSignature: Uint8Array,
  peerId: string,
  previous: string,
  countSoFar: number,
  records: readonly SealedRecord[],
): string {
  return headOfRoot(particleSignature, peerId, previous, countSoFar, rootOfRecords(records));
}

const preimage = new ByteBuffer(512, 4096);

/** As {@link headOf}, of records that are known by their root only. */
export function headOfRoot(
  particleSignature: Uint8Array,
  peerId: string,
  previous: string,
  countSoFar: number,
  root: Uint8Array,
): string {
  preimage.clear();
  preimage.raw(DOMAIN);
  preimage.raw(particleSignature);
  preimage.utf8(peerId);
  preimage.hex(previous);
  preimage.hex(countSoFar.toString(16).padStart(16, '0'));
  preimage.raw(root);
  return sha256Hex(preimage.view());
}

/** The bytes under the signature. */
export const headBytes = (head: string): Uint8Array => fromHex(head) as Uint8Array;

export const lastHead = (chain: RecordChain | undefined): string =>
  chain?.batches.at(-1)?.head ?? FIRST_PREVIOUS;

export function recordCount(chain: RecordChain | undefined): number {
  let count = 0;
  for (const batch of chain?.batches ?? []) count += batch.records.length;
  return count;
}

let indexes = new WeakMap<RecordChain, Map<SiteKey, SealedRecord>>();
onForget(() => (indexes = new WeakMap()));

/** The records of a chain by their site. A chain never changes, so this is made once. Of two records for one site the last counts. */
export function recordsBySite(chain: RecordChain): ReadonlyMap<SiteKey, SealedRecord> {
  const known = indexes.get(chain);
  if (known !== undefined) return known;
  const index = new Map<SiteKey, SealedRecord>();
  for (const batch of chain.batches) addTo(index, batch);
  indexes.set(chain, index);
  return index;
}

/**
 * A chain that goes on with another batch. It takes over the index of the shorter one, which is seldom asked for again: otherwise
 * each run would look at all records of all runs before.
 */
export function extendChain(peerId: string, chain: RecordChain | undefined, batch: RecordBatch): RecordChain {
  const extended = { peerId, batches: [...(chain?.batches ?? []), batch] };
  const index = chain && indexes.get(chain);
  if (chain === undefined || index === undefined) return extended;
  indexes.delete(chain);
  addTo(index, batch);
  indexes.set(extended, index);
  return extended;
}

function addTo(index: Map<SiteKey, SealedRecord>, { records }: RecordBatch): void {
  for (const sealed of records) index.set(sealed.record.site.key, sealed);
}
