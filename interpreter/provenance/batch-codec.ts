import { ByteBuffer } from '../../base/byte-buffer.ts';
import { BerylError } from '../../base/error.ts';
import { CborReader, CborWriter } from '../cbor.ts';
import { RunError } from '../errors.ts';
import { onForget } from '../forget.ts';
import { decodeRecord } from './call-record.ts';
import { headOf, type RecordBatch, type SealedRecord } from './record-batch.ts';

const SIGNATURE_BYTES = 64;
const HEAD_BYTES = 32;

/** What batches look like as bytes. They never change, and data brings and takes all of them on every run. */
let encodings = new WeakMap<RecordBatch, Uint8Array>();
onForget(() => (encodings = new WeakMap()));
const buffer = new ByteBuffer(4096, 1024 * 1024);

/** `[previous head, [+ record], signature]`. @spec docs/spec/data.md */
export function encodeBatch(batch: RecordBatch): Uint8Array {
  const known = encodings.get(batch);
  if (known !== undefined) return known;
  buffer.clear();
  const cbor = new CborWriter(buffer);
  cbor.array(3);
  cbor.hex(batch.previous);
  cbor.array(batch.records.length);
  for (const { bytes } of batch.records) cbor.bytes(bytes);
  cbor.bytes(batch.signature);
  const bytes = cbor.finish();
  encodings.set(batch, bytes);
  return bytes;
}

/**
 * The batch that comes next, in bytes of its own: what is remembered of it keeps no other data in memory. Its head is computed, not
 * read.
 *
 * @param countBefore Records of the peer in the batches before.
 * @throws {BerylError} If no batch comes next.
 */
export function readBatch(
  cbor: CborReader,
  particleSignature: Uint8Array,
  peerId: string,
  countBefore: number,
): RecordBatch {
  const start = cbor.at;
  skipBatch(cbor);
  const bytes = cbor.copySince(start);
  const batch = decodeBatch(new CborReader(bytes), particleSignature, peerId, countBefore);
  encodings.set(batch, bytes);
  return batch;
}

function skipBatch(cbor: CborReader): void {
  cbor.array(3, 3);
  cbor.skipBytes(HEAD_BYTES, HEAD_BYTES);
  const count = cbor.array();
  if (count === 0) throw new BerylError('ERR_DATA', 'a batch has no record');
  for (let i = 0; i < count; i++) cbor.skipBytes();
  cbor.skipBytes(SIGNATURE_BYTES, SIGNATURE_BYTES);
}

function decodeBatch(
  cbor: CborReader,
  particleSignature: Uint8Array,
  peerId: string,
  countBefore: number,
): RecordBatch {
  cbor.array();
  const previous = cbor.hex(HEAD_BYTES);
  const records: SealedRecord[] = [];
  for (let left = cbor.array(); left > 0; left--) records.push(readRecord(cbor));
  const signature = cbor.bytes();
  const head = headOf(particleSignature, peerId, previous, countBefore + records.length, records);
  return { previous, records, signature, head };
}

function readRecord(cbor: CborReader): SealedRecord {
  const bytes = cbor.bytes();
  try {
    return { bytes, record: decodeRecord(bytes) };
  } catch (failure) {
    if (!(failure instanceof BerylError)) throw failure;
    throw new RunError('recordMalformed', `a call record is malformed: ${failure.message}`, {
      reason: failure.code,
    });
  }
}
