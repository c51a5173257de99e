import { ByteBuffer } from '../../base/byte-buffer.ts';
import { concat } from '../../base/bytes.ts';
import { BerylError } from '../../base/error.ts';
import { CborReader, CborWriter } from '../cbor.ts';
import { RunError } from '../errors.ts';
import { STATES_MAX, UINT32_MAX } from '../limits.ts';
import { sha256Hex } from '../platform.ts';
import { encodeBatch, readBatch } from '../provenance/batch-codec.ts';
import { readSite, writeSite } from '../provenance/call-record.ts';
import {
  FIRST_PREVIOUS,
  recordCount,
  type RecordBatch,
  type RecordChain,
} from '../provenance/record-batch.ts';
import type { SiteKey } from '../provenance/site.ts';
import { Value } from '../values/value.ts';
import { DATA_VERSION, EMPTY_DATA, type Data } from './data.ts';
import { knownAfter } from './known-batches.ts';
import type { State } from './state.ts';

const STATE_KINDS = ['requested', 'pending', 'put'] as const;
const PEER_ID_BYTES_MAX = 256;

const headBuffer = new ByteBuffer(4096, 64 * 1024);
const bodyBuffer = new ByteBuffer(64 * 1024, 4 * 1024 * 1024);

/**
 * Data as bytes: deterministic CBOR, `[version, last request id, peers, states, chains, values]`.
 *
 * Peer ids stand once, in the order of their first use; states and chains name them by index.
 */
export function encodeData(data: Data): Uint8Array {
  const peers = new Map<string, number>();
  const peerIndex = (peerId: string): number => {
    const known = peers.get(peerId);
    if (known !== undefined) return known;
    peers.set(peerId, peers.size);
    return peers.size - 1;
  };
  bodyBuffer.clear();
  const body = new CborWriter(bodyBuffer);
  body.array(data.trace.size);
  for (const state of data.trace.values()) writeState(body, state, peerIndex);
  body.array(data.chains.size);
  for (const chain of data.chains.values()) writeChain(body, chain, peerIndex);
  body.array(data.values.size);
  for (const value of data.values.values()) value.write(body);

  headBuffer.clear();
  const head = new CborWriter(headBuffer);
  head.array(6);
  head.uint(DATA_VERSION);
  head.uint(data.lastRequestId);
  head.array(peers.size);
  for (const peerId of peers.keys()) head.text(peerId);
  const bytes = concat(headBuffer.view(), bodyBuffer.view());
  // What large data took is given back at once, not when the next data is written.
  bodyBuffer.clear();
  return bytes;
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
  const lastRequestId = cbor.uint(UINT32_MAX);
  const peers = readMany(cbor, () => cbor.text(PEER_ID_BYTES_MAX));
  if (new Set(peers).size !== peers.length) throw malformed('a peer is listed twice');
  const trace = new Map<SiteKey, State>();
  for (const state of readMany(cbor, () => readState(cbor, peers), STATES_MAX)) {
    if (trace.has(state.site.key)) throw malformed(`site \`${state.site.key}\` has two states`);
    trace.set(state.site.key, state);
  }
  const chains = new Map<string, RecordChain>();
  for (const chain of readMany(cbor, () => readChain(cbor, peers, particleSignature))) {
    if (chains.has(chain.peerId)) throw malformed(`peer \`${chain.peerId}\` has two chains of records`);
    chains.set(chain.peerId, chain);
  }
  const values = new Map<string, Value>();
  const count = cbor.array();
  requireNameable(count, chains);
  for (let i = 0; i < count; i++) {
    const bytes = cbor.bytes();
    const hash = sha256Hex(bytes);
    if (values.has(hash)) throw malformed('a value is stored twice');
    values.set(hash, Value.ofBytes(bytes, hash));
  }
  cbor.end();
  return { lastRequestId, trace, chains, values };
}

/** Verification names a value that no record names; this many of them are not worth the hashing. */
const UNNAMED_VALUES_MAX = 1000;

/** Hashing is what costs, and a value of five bytes is hashed as slowly as one that says something. */
function requireNameable(values: number, chains: ReadonlyMap<string, RecordChain>): void {
  let records = 0;
  for (const chain of chains.values()) records += recordCount(chain);
  if (values > records + UNNAMED_VALUES_MAX) {
    throw new RunError(
      'valueMismatch',
      `${values} values, but ${records} records: most are named by no record`,
      { values, records },
    );
  }
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
  cbor.hex(state.callHash);
}

function readState(cbor: CborReader, peers: readonly string[]): State {
  const size = cbor.array(5, 3);
  const kind = STATE_KINDS[cbor.uint(2)] as State['kind'];
  if (size !== (kind === 'pending' ? 5 : 3)) throw malformed(`a state \`${kind}\` has ${size} parts`);
  const site = readSite(cbor);
  if (kind === 'put') return { kind, site, generation: cbor.uint(UINT32_MAX) };
  const by = readPeer(cbor, peers);
  if (kind !== 'pending') return { kind, site, by };
  return { kind, site, by, requestId: cbor.uint(UINT32_MAX), callHash: cbor.hex(32) };
}

function writeChain(cbor: CborWriter, chain: RecordChain, peerIndex: (peerId: string) => number): void {
  cbor.array(2);
  cbor.uint(peerIndex(chain.peerId));
  cbor.array(chain.batches.length);
  for (const batch of chain.batches) cbor.raw(encodeBatch(batch));
}

/** As long as a chain goes the way of one that was verified before, there is nothing to decode. */
function readChain(cbor: CborReader, peers: readonly string[], particleSignature: Uint8Array): RecordChain {
  cbor.array(2, 2);
  const peerId = readPeer(cbor, peers);
  const batches: RecordBatch[] = [];
  let previous = FIRST_PREVIOUS;
  let count = 0;
  for (let left = cbor.array(); left > 0; left--) {
    const known = knownAfter(previous, particleSignature, peerId);
    const isKnown = known !== undefined && cbor.skipIf(encodeBatch(known));
    const batch = isKnown ? known : readBatch(cbor, particleSignature, peerId, count);
    batches.push(batch);
    previous = batch.head;
    count += batch.records.length;
  }
  if (batches.length === 0) throw malformed('a chain has no batch');
  return { peerId, batches };
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

function malformed(what: string): BerylError<'ERR_DATA'> {
  return new BerylError('ERR_DATA', what);
}
