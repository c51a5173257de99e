import { BerylError } from '../../base/error.ts';
import { fromHex, toHex } from '../../base/bytes.ts';
import { CborReader, CborWriter } from '../cbor.ts';
import { RunError } from '../errors.ts';
import { SITE_FOLDS_MAX, STATES_MAX } from '../limits.ts';
import { sha256 } from '../platform.ts';
import { decodeRecord, readSite, writeSite } from '../provenance/call-record.ts';
import {
  headBytes,
  headOf,
  recordCount,
  type RecordBatch,
  type RecordChain,
  type SealedRecord,
} from '../provenance/record-batch.ts';
import type { Site, SiteKey } from '../provenance/site.ts';
import { Value } from '../values/value.ts';
import { DATA_VERSION, EMPTY_DATA, type Data } from './data.ts';
import type { State } from './state.ts';

const STATE_KINDS = ['requested', 'pending', 'put'] as const;
const PEER_ID_BYTES_MAX = 256;
/** Generations are dense, so a number beyond this is an attack on memory, not data. */
const GENERATION_MAX = 0xffff_ffff;
const VALUES_UNNAMED_MAX = 1000;

/**
 * Data as bytes: deterministic CBOR, `[version, last request id, peers, states, chains, values]`.
 *
 * Peer ids stand once, in the order of their first use; states and chains name them by index.
 */
export function encodeData(data: Data): Uint8Array {
  requireReadable(data);
  const peers = new Map<string, number>();
  const peerIndex = (peerId: string): number => {
    const known = peers.get(peerId);
    if (known !== undefined) return known;
    peers.set(peerId, peers.size);
    return peers.size - 1;
  };
  const body = new CborWriter();
  body.array(data.trace.size);
  for (const state of data.trace.values()) writeState(body, state, peerIndex);
  body.array(data.chains.size);
  for (const chain of data.chains.values()) writeChain(body, chain, peerIndex);
  body.array(data.values.size);
  for (const value of data.values.values()) body.bytes(value.bytes);

  const head = new CborWriter();
  head.array(6);
  head.uint(DATA_VERSION);
  head.uint(data.lastRequestId);
  head.array(peers.size);
  for (const peerId of peers.keys()) head.text(peerId);
  head.raw(body.finish());
  return head.finish();
}

/**
 * Reads what {@link encodeData} writes, and nothing else. Total: any bytes give data or a {@link RunError}. Nothing in the
 * result is to be believed before `verifyData` has passed it; hashes and heads are computed here, so they are facts.
 *
 * @param which Names the input in messages: `previous` or `current`.
 */
export function decodeData(bytes: Uint8Array, particleSignature: Uint8Array, which: string): Data {
  if (bytes.length === 0) return EMPTY_DATA;
  try {
    return readData(new CborReader(bytes), particleSignature);
  } catch (failure) {
    if (failure instanceof RunError) throw failure;
    if (failure instanceof BerylError) {
      throw new RunError('dataMalformed', `${which} data is malformed: ${failure.message}`, {
        reason: failure.code,
      });
    }
    throw failure;
  }
}

function readData(cbor: CborReader, particleSignature: Uint8Array): Data {
  cbor.array(6, 6);
  const version = cbor.uint();
  if (version !== DATA_VERSION) {
    throw new RunError(
      'dataVersion',
      `data version \`${version}\` is not supported: this interpreter reads version \`${DATA_VERSION}\``,
    );
  }
  const lastRequestId = cbor.uint(GENERATION_MAX);
  const peers = readMany(cbor, () => cbor.text(PEER_ID_BYTES_MAX));
  if (new Set(peers).size !== peers.length) throw malformed('a peer is listed twice');
  const folds = new FoldCount();
  const trace = new Map<SiteKey, State>();
  for (const state of readMany(cbor, () => folds.of(readState(cbor, peers)), STATES_MAX)) {
    if (trace.has(state.site.key)) throw malformed(`site \`${state.site.key}\` has two states`);
    trace.set(state.site.key, state);
  }
  const chains = new Map<string, RecordChain>();
  for (const chain of readMany(cbor, () => readChain(cbor, peers, particleSignature, folds))) {
    if (chains.has(chain.peerId)) throw malformed(`peer \`${chain.peerId}\` has two chains of records`);
    chains.set(chain.peerId, chain);
  }
  const values = new Map<string, Value>();
  for (const bytes of readMany(cbor, () => cbor.bytes(), valuesMax(chains))) {
    const hash = toHex(sha256(bytes));
    if (values.has(hash)) throw malformed('a value is stored twice');
    values.set(hash, Value.ofBytes(bytes, hash));
  }
  cbor.end();
  return { lastRequestId, trace, chains, values };
}

function writeState(cbor: CborWriter, state: State, peerIndex: (peerId: string) => number): void {
  cbor.array(state.kind === 'pending' ? 5 : 3);
  cbor.uint(STATE_KINDS.indexOf(state.kind));
  writeSite(cbor, state.site);
  if (state.kind === 'put') {
    cbor.uint(state.generation);
    return;
  }
  cbor.uint(peerIndex(state.by));
  if (state.kind !== 'pending') return;
  cbor.uint(state.requestId);
  cbor.bytes(fromHex(state.callHash) as Uint8Array);
}

function readState(cbor: CborReader, peers: readonly string[]): State {
  const size = cbor.array(5, 3);
  const kind = STATE_KINDS[cbor.uint(2)] as State['kind'];
  if (size !== (kind === 'pending' ? 5 : 3)) throw malformed(`a state \`${kind}\` has ${size} parts`);
  const site = readSite(cbor);
  if (kind === 'put') return { kind, site, generation: cbor.uint(GENERATION_MAX) };
  const by = readPeer(cbor, peers);
  if (kind !== 'pending') return { kind, site, by };
  return { kind, site, by, requestId: cbor.uint(GENERATION_MAX), callHash: toHex(cbor.bytes(32, 32)) };
}

function writeChain(cbor: CborWriter, chain: RecordChain, peerIndex: (peerId: string) => number): void {
  cbor.array(2);
  cbor.uint(peerIndex(chain.peerId));
  cbor.array(chain.batches.length);
  for (const batch of chain.batches) {
    cbor.array(3);
    cbor.bytes(headBytes(batch.previous));
    cbor.array(batch.records.length);
    for (const { bytes } of batch.records) cbor.bytes(bytes);
    cbor.bytes(batch.signature);
  }
}

function readChain(
  cbor: CborReader,
  peers: readonly string[],
  particleSignature: Uint8Array,
  folds: FoldCount,
): RecordChain {
  cbor.array(2, 2);
  const peerId = readPeer(cbor, peers);
  let count = 0;
  const batches = readMany(cbor, (): RecordBatch => {
    cbor.array(3, 3);
    const previous = toHex(cbor.bytes(32, 32));
    const records = readMany(cbor, () => readRecord(cbor, folds));
    if (records.length === 0) throw malformed('a batch has no record');
    const signature = cbor.bytes(64, 64);
    count += records.length;
    return {
      previous,
      records,
      signature,
      head: headOf(particleSignature, peerId, previous, count, records),
    };
  });
  if (batches.length === 0) throw malformed('a chain has no batch');
  return { peerId, batches };
}

function readRecord(cbor: CborReader, folds: FoldCount): SealedRecord {
  const bytes = cbor.bytes();
  try {
    return { bytes, record: folds.of(decodeRecord(bytes)) };
  } catch (failure) {
    if (!(failure instanceof BerylError)) throw failure;
    throw new RunError('recordMalformed', `a call record is malformed: ${failure.message}`, {
      reason: failure.code,
    });
  }
}

function readPeer(cbor: CborReader, peers: readonly string[]): string {
  const peerId = peers[cbor.uint()];
  if (peerId === undefined) throw malformed('a peer is named that the data does not list');
  return peerId;
}

function readMany<T>(cbor: CborReader, read: () => T, max?: number): T[] {
  const count = cbor.array(max);
  const all: T[] = [];
  for (let i = 0; i < count; i++) all.push(read());
  return all;
}

/** Counts the folds of all sites: each is an object, for two bytes of data. */
class FoldCount {
  #count = 0;

  of<T extends { readonly site: Site }>(sited: T): T {
    this.#count += sited.site.iterations.depth;
    if (this.#count > SITE_FOLDS_MAX) throw malformed(`its sites have more than ${SITE_FOLDS_MAX} folds`);
    return sited;
  }
}

/** Each value is named by a record, which is checked later; some that are not may be there, to be told by name. */
function valuesMax(chains: ReadonlyMap<string, RecordChain>): number {
  let max = VALUES_UNNAMED_MAX;
  for (const chain of chains.values()) max += recordCount(chain);
  return max;
}

/** What others would refuse is not written. @throws {RunError} 10. */
function requireReadable({ trace, chains }: Data): void {
  let folds = 0;
  for (const { site } of trace.values()) folds += site.iterations.depth;
  for (const { batches } of chains.values())
    for (const { records } of batches)
      for (const { record } of records) folds += record.site.iterations.depth;
  if (trace.size > STATES_MAX || folds > SITE_FOLDS_MAX) {
    throw new RunError(
      'sizeLimit',
      `data would have more than ${STATES_MAX} states, or more than ${SITE_FOLDS_MAX} folds in their sites`,
    );
  }
}

function malformed(what: string): BerylError<'ERR_DATA'> {
  return new BerylError('ERR_DATA', what);
}
