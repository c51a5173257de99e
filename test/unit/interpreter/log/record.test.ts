import { describe, expect, it } from 'vitest';
import { CborReader, CborWriter } from '../../../../interpreter/cbor.ts';
import { readLog } from '../../../../interpreter/log/codec.ts';
import { decodeRecord, encodeRecord, type CallRecord } from '../../../../interpreter/log/record.ts';
import { readSite } from '../../../../interpreter/log/site-codec.ts';
import { Iterations, siteOf } from '../../../../interpreter/provenance/site.ts';
import { idOf } from '../../../support/cast.ts';

const hash = (digit: string): string => digit.repeat(64);
const record: CallRecord = {
  kind: 'call',
  site: siteOf(7, Iterations.none),
  serviceId: 'authSrv',
  functionName: 'get_status',
  argsHash: hash('a'),
  outcome: 'ok',
  responseHash: hash('b'),
  told: [],
};
const told = (...indices: number[]): CallRecord['told'] =>
  indices.map(index => ({ index, valueHash: hash('c') }));

/** The record of another version, or another number in place of the version. */
function withVersion(version: number): Uint8Array {
  const bytes = encodeRecord(record);
  bytes[1] = version;
  return bytes;
}

describe('a record', () => {
  it.each<[string, Partial<CallRecord>]>([
    ['of a call', {}],
    ['of a failure', { outcome: 'failed' }],
    ['of a canon', { kind: 'canon', serviceId: '', functionName: '' }],
    ['with told arguments', { told: told(0, 1, 9) }],
    ['with a told pair', { told: [{ index: 3, keyHash: hash('d'), valueHash: hash('e') }] }],
  ])('is the one that was written: %s', (_, more) => {
    const written = { ...record, ...more };
    const { site, ...read } = decodeRecord(encodeRecord(written));
    expect(site.key).toBe(written.site.key);
    expect({ ...written, ...read }).toEqual(written);
  });

  it.each([0, 1, 3, 23])('of version %i is refused', version => {
    expect(() => decodeRecord(withVersion(version))).toThrow(
      expect.objectContaining({ code: 'ERR_RECORD_VERSION', details: { version } }),
    );
    expect(decodeRecord(withVersion(2)).serviceId).toBe('authSrv');
  });

  it.each<[string, Partial<CallRecord>]>([
    ['twice', { told: told(1, 1) }],
    ['in descending order', { told: told(0, 2, 1) }],
    ['in a canon', { kind: 'canon', told: told(0) }],
  ])('that tells an argument %s is refused', (_, more) => {
    const bytes = encodeRecord({ ...record, ...more });
    expect(() => decodeRecord(bytes)).toThrow(expect.objectContaining({ code: 'ERR_RECORD_TOLD' }));
  });

  it('with bytes behind it is refused', () => {
    const bytes = encodeRecord(record);
    expect(() => decodeRecord(Uint8Array.of(...bytes, 0))).toThrow(
      expect.objectContaining({ code: 'ERR_CBOR_TRAILING' }),
    );
    expect(decodeRecord(Uint8Array.of(9, ...bytes, 9), 1, bytes.length + 1).argsHash).toBe(hash('a'));
  });
});

it('a site with a fold but without its item is refused', () => {
  const cbor = new CborWriter();
  cbor.array(2);
  cbor.uint(7);
  cbor.array(3);
  for (const part of [1, 0, 2]) cbor.uint(part);
  expect(() => readSite(new CborReader(cbor.finish()))).toThrow(
    expect.objectContaining({ code: 'ERR_RECORD_SITE' }),
  );
});

it('a log without a record is refused', () => {
  const cbor = new CborWriter();
  cbor.array(0);
  cbor.bytes(new Uint8Array(64));
  const read = (): unknown =>
    readLog(new CborReader(cbor.finish()), idOf('alice'), new Uint8Array(64), undefined);
  expect(read).toThrow(expect.objectContaining({ code: 'ERR_DATA' }));
});
