import { describe, expect, it } from 'vitest';
import { encodeRecord, type CallRecord } from '../../../../interpreter/log/record.ts';
import { SealedRecord } from '../../../../interpreter/log/sealed-record.ts';
import { Shelf } from '../../../../interpreter/log/shelf.ts';
import { Story } from '../../../../interpreter/log/story.ts';
import { recordAt, sealedOf } from '../../../support/forge.ts';

const indexes = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/** Short stories look for a site in another way than long ones. */
describe.each([1, 7, 8, 9, 10, 30])('a story of %i records', count => {
  const story = (): Story => {
    const made = new Story();
    for (const i of indexes(count)) made.append([sealedOf(recordAt(i))]);
    return made;
  };

  it('finds each record by its site, among the first ones only', () => {
    const made = story();
    expect(indexes(count).map(i => made.find(String(i), count))).toEqual(indexes(count));
    expect(made.find(String(count - 1), count - 1)).toBeUndefined();
    expect(made.find(String(count), count)).toBeUndefined();
    expect(made.repeatIn(count)).toBeUndefined();
  });

  it.each(indexes(count).filter(i => i % 4 === 0))('tells that site %i is recorded again', site => {
    const made = story();
    made.append([sealedOf(recordAt(count)), sealedOf(recordAt(site, 'g'))]);
    expect([made.repeatIn(count + 1), made.repeatIn(count + 2)]).toEqual([undefined, count + 1]);
    expect(made.find(String(site), count + 2)).toBe(site);
    made.truncate(count);
    expect([made.repeatIn(count + 2), made.find(String(count), count + 2)]).toEqual([undefined, undefined]);
    made.append([sealedOf(recordAt(count))]);
    expect(made.find(String(count), count + 1)).toBe(count);
    expect(made.repeatIn(count + 1)).toBeUndefined();
  });
});

describe('records of one run', () => {
  it('keep their bytes when others are put beside them', () => {
    const shelf = new Shelf();
    const records = indexes(200).map(i => recordAt(i, 'f'.repeat((i * 37) % 1000)));
    const sealed = records.map(record => SealedRecord.of(record, shelf));
    for (const [i, one] of sealed.entries()) {
      const record = records[i] as CallRecord;
      expect(Buffer.from(one.bytes)).toEqual(Buffer.from(encodeRecord(record)));
      expect(one.equals(sealedOf(record))).toBe(true);
      expect(one.hash).toBe(sealedOf(record).hash);
    }
  });
});
