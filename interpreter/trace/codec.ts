import { counted } from '../../base/counted.ts';
import { ByteBuffer } from '../../base/byte-buffer.ts';
import { BerylError } from '../../base/error.ts';
import { CborReader, CborWriter } from '../cbor.ts';
import { RunError } from '../errors.ts';
import { STATES_MAX, UINT32_MAX } from '../limits.ts';
import { sha256Hex } from '../platform.ts';
import { readLog, writeLog } from '../log/codec.ts';
import { particleKeyOf, recentLogOf } from '../log/known-logs.ts';
import type { Logs } from '../log/merge.ts';
import type { RecordLog } from '../log/record-log.ts';
import { readSite, writeSite } from '../log/site-codec.ts';
import type { SiteKey } from '../provenance/site.ts';
import { LARGE_BYTES, Value } from '../values/value.ts';
import { DATA_VERSION, EMPTY_DATA, type Data } from './data.ts';
import type { State } from './state.ts';

const STATE_KINDS = ['requested', 'pending', 'put'] as const;
const PEER_ID_BYTES_MAX = 256;

const headBuffer = new ByteBuffer(4096, 64 * 1024);
const bodyBuffer = new ByteBuffer(64 * 1024, 4 * 1024 * 1024);

/**
 * Data as bytes: deterministic CBOR, `[version, last request id, peers, states, logs, values]`.
 *
 * Peer ids stand once, in the order of their first use; states and logs name them by index.
 *
 * @example encodeData(decodeData(bytes, particleSignature, 'current')) // equal to bytes
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
  body.array(data.states.size);
  for (const state of data.states.values()) writeState(body, state, peerIndex);
  body.array(data.logs.size);
  for (const log of data.logs.values()) writeLog(body, log, peerIndex(log.peerId));
  body.array(data.values.size);
  const large: LargeValue[] = [];
  for (const value of data.values.values()) {
    const size = value.sizeBytesMax;
    if (size <= LARGE_BYTES) value.write(body);
    else {
      body.bytesHead(size);
      large.push({ value, size, at: bodyBuffer.size });
    }
  }

  headBuffer.clear();
  const head = new CborWriter(headBuffer);
  head.array(6);
  head.uint(DATA_VERSION);
  head.uint(data.lastRequestId);
  head.array(peers.size);
  for (const peerId of peers.keys()) head.text(peerId);
  const bytes = joined(headBuffer.view(), bodyBuffer.view(), large);
  // What large data took is given back at once, not when the next data is written.
  bodyBuffer.clear();
  return bytes;
}

/** A value that is written to its place only, without a copy in between. */
interface LargeValue {
  readonly value: Value;
  readonly size: number;
  /** Its place in the body. */
  readonly at: number;
}

function joined(head: Uint8Array, body: Uint8Array, large: readonly LargeValue[]): Uint8Array {
  const bytes = new Uint8Array(large.reduce((sum, { size }) => sum + size, head.length + body.length));
  bytes.set(head);
  let [end, written] = [head.length, 0];
  for (const { value, size, at } of large) {
    bytes.set(body.subarray(written, at), end);
    end += at - written;
    written = at;
    value.writeTo(bytes.subarray(end, end + size));
    end += size;
  }
  bytes.set(body.subarray(written), end);
  return bytes;
}

/**
 * Reads what {@link encodeData} writes, and nothing else. Total: any bytes give data or a {@link RunError}. Nothing in the
 * result may be trusted before `mergeLogs` and `verifyValues` accept it. Hashes are computed here, so they are facts.
 *
 * @param which Names the input in messages: `previous` or `current`.
 * @param known What is known of this particle: saves work where records agree, and changes nothing else.
 * @param particleKey As {@link particleKeyOf} gives it, if it is at hand.
 * @param isShortLived Nobody changes the bytes while the result lives: then large values are not copied.
 * @example decodeData(outcome.data, particleSignature, 'current').logs.size // peers that have signed records
 */
export function decodeData(
  bytes: Uint8Array,
  particleSignature: Uint8Array,
  which: string,
  known: Data = EMPTY_DATA,
  particleKey = particleKeyOf(particleSignature),
  isShortLived = false,
): Data {
  if (bytes.length === 0) return EMPTY_DATA;
  const isOwn = isShortLived && bytes.buffer instanceof ArrayBuffer;
  try {
    return readData(new CborReader(bytes), { signature: particleSignature, key: particleKey, isOwn }, known);
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

/** The particle that data is of, in both forms that its logs need. */
interface Particle {
  readonly signature: Uint8Array;
  readonly key: string;
  /** Large values are views of the data. */
  readonly isOwn: boolean;
}

function readData(cbor: CborReader, particle: Particle, known: Data): Data {
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
  if (hasRepeat(peers)) throw malformed('a peer is listed twice');
  const states = new Map<SiteKey, State>();
  for (const state of readMany(cbor, () => readState(cbor, peers), STATES_MAX)) {
    if (states.has(state.site.key)) throw malformed(`site \`${state.site.key}\` has two states`);
    states.set(state.site.key, state);
  }
  const logs = readLogs(cbor, peers, particle, known.logs);
  const values = new Map<string, Value>();
  const count = cbor.array();
  requireNameable(count, logs);
  for (let i = 0; i < count; i++) {
    const bytes = cbor.bytes();
    const hash = sha256Hex(bytes);
    if (values.has(hash)) throw malformed('a value is stored twice');
    values.set(hash, Value.ofBytes(bytes, hash, particle.isOwn));
  }
  cbor.end();
  return { lastRequestId, states, logs, values };
}

/** Few are compared with each other: that is quicker than making a set. */
const FEW = 8;

function hasRepeat(peers: readonly string[]): boolean {
  if (peers.length > FEW) return new Set(peers).size !== peers.length;
  return peers.some((peer, i) => peers.indexOf(peer) !== i);
}

/** Values without a record are refused anyway. Above this number, verification refuses them before it hashes any. */
const UNNAMED_VALUES_MAX = 1000;

/** Hashing is what costs, and a value of five bytes is hashed as slowly as one that says something. */
function requireNameable(values: number, logs: Logs): void {
  let records = 0;
  for (const log of logs.values()) records += log.count;
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
  if (size !== (kind === 'pending' ? 5 : 3))
    throw malformed(`a state \`${kind}\` has ${counted(size, 'part')}`);
  const site = readSite(cbor);
  if (kind === 'put') return { kind, site, generation: cbor.uint(UINT32_MAX) };
  const by = readPeer(cbor, peers);
  if (kind !== 'pending') return { kind, site, by };
  return { kind, site, by, requestId: cbor.uint(UINT32_MAX), callHash: cbor.hex(32) };
}

function readLogs(
  cbor: CborReader,
  peers: readonly string[],
  particle: Particle,
  known: Logs,
): Map<string, RecordLog> {
  const logs = new Map<string, RecordLog>();
  for (let left = cbor.array(); left > 0; left--) {
    cbor.array(3, 3);
    const peerId = readPeer(cbor, peers);
    if (logs.has(peerId)) throw malformed(`peer \`${peerId}\` has two logs`);
    const recent = recentLogOf(peerId, particle.key) ?? known.get(peerId);
    logs.set(peerId, readLog(cbor, peerId, particle.signature, recent));
  }
  return logs;
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
