import type { CallRecord } from '../../interpreter/index.ts';
import { CborWriter } from '../../interpreter/cbor.ts';
import { decodeRecord } from '../../interpreter/log/record.ts';
import { bytesOf, wireSite, writeSite, type WireSite } from './wire.ts';

/** A record as its signer can write it. @spec docs/spec/call-record.md#record */
export interface WireRecord {
  version: number;
  kind: number;
  site: WireSite;
  serviceId: string;
  functionName: string;
  argsHash: Uint8Array;
  outcome: number;
  responseHash: Uint8Array;
  told: [index: number, ...hashes: Uint8Array[]][];
}

/** `undefined` if the bytes are none any more. */
export function readRecord(bytes: Uint8Array): WireRecord | undefined {
  try {
    return wireRecord(decodeRecord(bytes));
  } catch {
    return undefined;
  }
}

export const wireRecord = (record: CallRecord): WireRecord => ({
  ...record,
  version: 2,
  kind: record.kind === 'call' ? 0 : 1,
  site: wireSite(record.site),
  argsHash: bytesOf(record.argsHash),
  outcome: record.outcome === 'ok' ? 0 : 1,
  responseHash: bytesOf(record.responseHash),
  told: record.told.map(({ index, keyHash, valueHash }) => [
    index,
    ...[keyHash, valueHash].flatMap(hash => (hash === undefined ? [] : [bytesOf(hash)])),
  ]),
});

export function writeRecord(record: WireRecord): Uint8Array {
  const cbor = new CborWriter();
  cbor.array(9);
  cbor.uint(record.version);
  cbor.uint(record.kind);
  writeSite(cbor, record.site);
  cbor.text(record.serviceId);
  cbor.text(record.functionName);
  cbor.bytes(record.argsHash);
  cbor.uint(record.outcome);
  cbor.bytes(record.responseHash);
  cbor.array(record.told.length);
  for (const [index, ...hashes] of record.told) {
    cbor.array(1 + hashes.length);
    cbor.uint(index);
    for (const hash of hashes) cbor.bytes(hash);
  }
  return cbor.finish();
}
