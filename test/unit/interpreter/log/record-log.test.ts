import { describe, expect, it } from 'vitest';
import { RecordLog } from '../../../../interpreter/log/record-log.ts';
import type { SealedRecord } from '../../../../interpreter/log/sealed-record.ts';
import { idOf } from '../../../support/cast.ts';
import { recordAt, sealedOf } from '../../../support/forge.ts';

const record = (instruction: number, functionName?: string): SealedRecord =>
  sealedOf(recordAt(instruction, functionName));
const PARTICLE = new Uint8Array(64).fill(1);
const log = (...records: SealedRecord[]): RecordLog =>
  RecordLog.of(PARTICLE, idOf('alice'), records, new Uint8Array(64));
const sitesOf = ({ records }: RecordLog): string[] => records.map(({ record: { site } }) => site.key);

describe('logs that begin alike', () => {
  const begun = log(record(0), record(1));

  it('go on apart, whichever of them is longer', () => {
    const short = begun.extended([record(2)]);
    const long = begun.extended([record(2), record(3)]);
    const other = begun.extended([record(4)]);
    expect([short, long, other, begun].map(sitesOf)).toEqual([
      ['0', '1', '2'],
      ['0', '1', '2', '3'],
      ['0', '1', '4'],
      ['0', '1'],
    ]);
    expect([short.commonWith(long), long.commonWith(other), other.commonWith(begun)]).toEqual([3, 2, 2]);
    expect(log(record(0), record(1), record(2)).head).toEqual(short.head);
    expect(log(record(0), record(1), record(4)).head).toEqual(other.head);
  });

  it('have the size of their own records', () => {
    const records = [record(0), record(1, 'longer'), record(2, 'the longest of them')];
    for (let count = 0; count <= 3; count++) {
      const own = records.slice(0, count);
      const bytes = own.reduce((sum, { bytes: { length } }) => sum + length, 0);
      const size = own.reduce((sum, { itemSize }) => sum + itemSize, 0);
      expect(log(...own).sizeBytes).toBe(size);
      expect(size).toBeGreaterThanOrEqual(bytes);
    }
  });

  it('a record is found where it stands, and not behind the end of the bytes', () => {
    const one = record(0);
    const bytes = new Uint8Array([9, ...one.bytes]);
    const at = one.itemSize - one.bytes.length;
    expect(one.equals(record(0))).toBe(true);
    expect(one.equals(record(0, 'g'))).toBe(false);
    expect(one.standsAt(bytes, bytes.length - 1)).toBe(false);
    expect(at).toBeGreaterThanOrEqual(0);
  });
});
