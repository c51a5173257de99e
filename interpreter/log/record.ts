import { BerylError } from '../../base/error.ts';
import { ByteBuffer } from '../../base/byte-buffer.ts';
import { CborReader, CborWriter } from '../cbor.ts';
import { NAME_BYTES_MAX } from '../limits.ts';
import type { Site } from '../provenance/site.ts';
import { readSite, writeSite } from './site-codec.ts';

const RECORD_VERSION = 2;

/** What a peer signs about one call that it performed or one canon that it made. The log that holds the record names the peer. */
export interface CallRecord {
  readonly kind: 'call' | 'canon';
  readonly site: Site;
  /** Empty for a canon, as `functionName`. */
  readonly serviceId: string;
  readonly functionName: string;
  /** SHA-256 (hex) of the value hashes of the arguments, one after the other. */
  readonly argsHash: string;
  readonly outcome: 'ok' | 'failed';
  /** SHA-256 (hex) of the canonical JSON of the result; of `[code, message]` for a failure. */
  readonly responseHash: string;
  /** The arguments that were read from an error register of this peer, in ascending order. Empty for a canon. */
  readonly told: readonly ToldArgument[];
}

/**
 * A told argument: only the peer that made the call can compute its value, so the record holds the hash. For a pair of a stream map
 * the record holds only the value's hash: every peer computes the key.
 *
 * @spec docs/spec/call-record.md#told-arguments
 */
export interface ToldArgument {
  readonly index: number;
  /** Only with a pair: SHA-256 (hex) of the canonical JSON of its key. */
  readonly keyHash?: string;
  /** SHA-256 (hex) of the canonical JSON of the argument; of a pair, of its value. */
  readonly valueHash: string;
}

const KINDS = ['call', 'canon'] as const;
const OUTCOMES = ['ok', 'failed'] as const;

/** One shared empty list: most records have no told argument. */
const NOTHING_TOLD: readonly ToldArgument[] = [];

const buffer = new ByteBuffer(1024, 64 * 1024);

/** The bytes that are hashed into the leaf: deterministic CBOR, never re-serialised on the way. @spec docs/spec/call-record.md */
export const encodeRecord = (record: CallRecord): Uint8Array => writeRecord(record).copy();

/** As {@link encodeRecord}, in a buffer that the next call uses again. */
export function writeRecord(record: CallRecord): ByteBuffer {
  buffer.clear();
  const cbor = new CborWriter(buffer);
  cbor.array(9);
  cbor.uint(RECORD_VERSION);
  cbor.uint(KINDS.indexOf(record.kind));
  writeSite(cbor, record.site);
  cbor.text(record.serviceId);
  cbor.text(record.functionName);
  cbor.hex(record.argsHash);
  cbor.uint(OUTCOMES.indexOf(record.outcome));
  cbor.hex(record.responseHash);
  cbor.array(record.told.length);
  for (const { index, keyHash, valueHash } of record.told) {
    cbor.array(keyHash === undefined ? 2 : 3);
    cbor.uint(index);
    if (keyHash !== undefined) cbor.hex(keyHash);
    cbor.hex(valueHash);
  }
  return buffer;
}

/** @throws {BerylError} If `bytes[from … end)` are not exactly one record of this version. */
export function decodeRecord(bytes: Uint8Array, from = 0, end = bytes.length): CallRecord {
  const cbor = new CborReader(bytes, from, end);
  cbor.array(9, 9);
  const version = cbor.uint();
  if (version !== RECORD_VERSION) {
    throw new BerylError('ERR_RECORD_VERSION', `record version \`${version}\` is not \`${RECORD_VERSION}\``, {
      version,
    });
  }
  const kind = KINDS[cbor.uint(1)] as CallRecord['kind'];
  const site = readSite(cbor);
  const serviceId = cbor.text(NAME_BYTES_MAX);
  const functionName = cbor.text(NAME_BYTES_MAX);
  const argsHash = cbor.hex(32);
  const outcome = OUTCOMES[cbor.uint(1)] as CallRecord['outcome'];
  const responseHash = cbor.hex(32);
  const told = readTold(cbor);
  if (kind === 'canon' && told.length > 0) throw malformedTold('a canon has no arguments to tell');
  cbor.end();
  return { kind, site, serviceId, functionName, argsHash, outcome, responseHash, told };
}

function readTold(cbor: CborReader): readonly ToldArgument[] {
  const count = cbor.array();
  if (count === 0) return NOTHING_TOLD;
  const told: ToldArgument[] = [];
  let previous = -1;
  for (let i = 0; i < count; i++) {
    const parts = cbor.array(3, 2);
    const index = cbor.uint();
    if (index <= previous) throw malformedTold(`told argument \`${index}\` follows \`${previous}\``);
    previous = index;
    const hash = cbor.hex(32);
    told.push(parts === 2 ? { index, valueHash: hash } : { index, keyHash: hash, valueHash: cbor.hex(32) });
  }
  return told;
}

const malformedTold = (why: string): BerylError<'ERR_RECORD_TOLD'> => new BerylError('ERR_RECORD_TOLD', why);
