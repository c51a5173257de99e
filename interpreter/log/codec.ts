import { BerylError } from '../../base/error.ts';
import type { CborReader, CborWriter } from '../cbor.ts';
import { RunError } from '../errors.ts';
import { decodeRecord, type CallRecord } from './record.ts';
import { RecordLog } from './record-log.ts';
import { SealedRecord } from './sealed-record.ts';

const SIGNATURE_BYTES = 64;

/** `[peer, [+ record], signature]`. @param peer Index of the peer among those that the data lists. @spec docs/spec/data.md */
export function writeLog(cbor: CborWriter, log: RecordLog, peer: number): void {
  cbor.array(3);
  cbor.uint(peer);
  cbor.array(log.count);
  for (let i = 0; i < log.count; i++) log.at(i).write(cbor);
  cbor.bytes(log.signature);
}

/**
 * Reads the rest of a log, after its peer. Records that are also in a known log of this peer are neither decoded nor copied. The
 * others get bytes of their own, so that a cached record does not keep the whole message in memory.
 *
 * @param known Any log of this peer in this particle. It saves work and never changes the result.
 * @throws {BerylError} If no log comes next. @throws {RunError} 15 if a record in it is malformed.
 */
export function readLog(
  cbor: CborReader,
  peerId: string,
  particleSignature: Uint8Array,
  known: RecordLog | undefined,
): RecordLog {
  const count = cbor.array();
  if (count === 0) throw new BerylError('ERR_DATA', 'a log has no record');
  const common = known === undefined ? 0 : skipKnown(cbor, known, count);
  const tail = readRecords(cbor, count - common);
  const signature = cbor.bytes(SIGNATURE_BYTES, SIGNATURE_BYTES).slice();
  return known === undefined || common === 0
    ? RecordLog.of(particleSignature, peerId, tail, signature)
    : known.variant(common, tail, signature);
}

/** Skips the records that are known. @returns Their number. */
function skipKnown(cbor: CborReader, known: RecordLog, count: number): number {
  const most = Math.min(known.count, count);
  let common = 0;
  while (common < most && cbor.skipIf(known.at(common))) common += 1;
  return common;
}

function readRecords(cbor: CborReader, count: number): SealedRecord[] {
  if (count === 0) return [];
  const from = cbor.at;
  const ends: number[] = [];
  const starts: number[] = [];
  for (let i = 0; i < count; i++) {
    const size = cbor.skipBytes();
    ends.push(cbor.at - from);
    starts.push(cbor.at - from - size);
  }
  const source = cbor.copySince(from);
  return starts.map((start, i) => {
    const end = ends[i] as number;
    return new SealedRecord(
      recordOf(source, start, end),
      source,
      i === 0 ? 0 : (ends[i - 1] as number),
      start,
      end,
    );
  });
}

function recordOf(source: Uint8Array, start: number, end: number): CallRecord {
  try {
    return decodeRecord(source, start, end);
  } catch (failure) {
    if (!(failure instanceof BerylError)) throw failure;
    throw new RunError('recordMalformed', `a call record is malformed: ${failure.message}`, {
      reason: failure.code,
    });
  }
}
