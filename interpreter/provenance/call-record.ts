import { BerylError } from '../../base/error.ts';
import { ByteBuffer } from '../../base/byte-buffer.ts';
import { CborReader, CborWriter } from '../cbor.ts';
import { FOLDS_MAX, NAME_BYTES_MAX } from '../limits.ts';
import { readSiteOf, type Site } from './site.ts';

export const RECORD_VERSION = 1;

/** What a peer states, and signs, about one call that it performed or one canon that it fixed. */
export interface CallRecord {
  readonly kind: 'call' | 'canon';
  readonly site: Site;
  /** Who performed it: the signer. */
  readonly peerId: string;
  /** Empty for a canon, as `functionName`. */
  readonly serviceId: string;
  readonly functionName: string;
  /** SHA-256 (hex) of the canonical JSON of the argument array. */
  readonly argsHash: string;
  readonly outcome: 'ok' | 'failed';
  /** SHA-256 (hex) of the canonical JSON of the result; of `[code, message]` for a failure. */
  readonly responseHash: string;
}

const KINDS = ['call', 'canon'] as const;
const OUTCOMES = ['ok', 'failed'] as const;

const buffer = new ByteBuffer(1024, 64 * 1024);

/** The bytes that are hashed into the leaf: deterministic CBOR, never re-serialised on the way. @spec docs/spec/call-record.md */
export function encodeRecord(record: CallRecord): Uint8Array {
  buffer.clear();
  const cbor = new CborWriter(buffer);
  cbor.array(9);
  cbor.uint(RECORD_VERSION);
  cbor.uint(KINDS.indexOf(record.kind));
  writeSite(cbor, record.site);
  cbor.text(record.peerId);
  cbor.text(record.serviceId);
  cbor.text(record.functionName);
  cbor.hex(record.argsHash);
  cbor.uint(OUTCOMES.indexOf(record.outcome));
  cbor.hex(record.responseHash);
  return cbor.finish();
}

/** @throws {BerylError} If the bytes are not exactly one record of this version. */
export function decodeRecord(bytes: Uint8Array): CallRecord {
  const cbor = new CborReader(bytes);
  cbor.array(9, 9);
  const version = cbor.uint();
  if (version !== RECORD_VERSION) {
    throw new BerylError('ERR_RECORD_VERSION', `record version \`${version}\` is not \`${RECORD_VERSION}\``, {
      version,
    });
  }
  const kind = KINDS[cbor.uint(1)] as CallRecord['kind'];
  const site = readSite(cbor);
  const peerId = cbor.text(NAME_BYTES_MAX);
  const serviceId = cbor.text(NAME_BYTES_MAX);
  const functionName = cbor.text(NAME_BYTES_MAX);
  const argsHash = cbor.hex(32);
  const outcome = OUTCOMES[cbor.uint(1)] as CallRecord['outcome'];
  const responseHash = cbor.hex(32);
  cbor.end();
  return { kind, site, peerId, serviceId, functionName, argsHash, outcome, responseHash };
}

/** `[instruction, [fold, item, fold, item, …]]`; an item is an index, or the 32 bytes that name a stream item. */
export function writeSite(cbor: CborWriter, site: Site): void {
  cbor.array(2);
  cbor.uint(site.instruction);
  const { iterations } = site;
  cbor.array(iterations.depth * 2);
  for (const { fold, item } of iterations.entries()) {
    cbor.uint(fold);
    if (typeof item === 'number') cbor.uint(item);
    else cbor.hex(item);
  }
}

export function readSite(cbor: CborReader): Site {
  cbor.array(2, 2);
  const instruction = cbor.uint();
  const count = cbor.array(2 * FOLDS_MAX);
  if (count % 2 !== 0) throw new BerylError('ERR_RECORD_SITE', 'a site has a fold without its item');
  const parts = [String(instruction)];
  for (let i = 0; i < count; i += 2) {
    const fold = cbor.uint();
    parts.push(`${fold}:${cbor.peekMajor() === 2 ? cbor.hex(32) : cbor.uint()}`);
  }
  // Joined, and not added up: the text then takes no more memory than its characters.
  return readSiteOf(instruction, parts.join('/'));
}
