import { describe, expect, it } from 'vitest';
import {
  decodeData,
  exportReceipt,
  listReceipts,
  ReceiptError,
  verifyReceipt,
} from '../../../../interpreter/index.ts';
import { idOf } from '../../../support/cast.ts';
import { Forgery } from '../../../support/forge.ts';
import { GROWTH_MAX, leastGrowth } from '../../../support/growth.ts';
import { answeredMany } from '../../../support/receipt-parts.ts';
import { codeOf } from '../../../support/code-of.ts';

const namesOf = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ name: { peerId: idOf('alice'), site: String(2 * i + 1) } }));

const refusalOf = (act: () => unknown): string => codeOf(ReceiptError, act);

describe('listReceipts', () => {
  it('gives the claims of verifyReceipt for each receipt', () => {
    const bench = answeredMany(9);
    const data = decodeData(bench.data('alice'), bench.particleSignature, 'test');
    const wanted = namesOf(9).map((one, i) => ({ ...one, argumentsJson: `[${i}]`, withValue: i % 2 === 0 }));
    const receipts = wanted.map(({ name, ...options }) =>
      verifyReceipt(exportReceipt(data, bench.particle, name, options)),
    );
    expect(listReceipts(data, bench.particle, wanted)).toEqual(receipts);
  });

  it('refuses what verifyReceipt refuses', () => {
    const bench = answeredMany(2);
    const data = decodeData(bench.data('alice'), bench.particleSignature, 'test');
    const [one] = namesOf(1) as [ReturnType<typeof namesOf>[number]];
    const forgery = new Forgery(bench, bench.data('alice'));
    forgery.editLog('alice', ({ records }) => ({ records: records.toReversed() }));
    expect(refusalOf(() => listReceipts(data, { ...bench.particle, id: 'p2' }, [one]))).toBe(
      'ERR_RECEIPT_PARTICLE_SIGNATURE',
    );
    expect(refusalOf(() => listReceipts(forgery.data, bench.particle, [one]))).toBe('ERR_RECEIPT_SIGNATURE');
    expect(refusalOf(() => listReceipts(data, bench.particle, [{ ...one, argumentsJson: '[7]' }]))).toBe(
      'ERR_RECEIPT_ARGUMENTS',
    );
    expect(
      refusalOf(() => listReceipts(data, bench.particle, [{ name: { peerId: idOf('bob'), site: '1' } }])),
    ).toBe('ERR_RECEIPT_UNKNOWN');
  });

  it('takes a time that grows with the results, and not with their square', () => {
    const listing = (count: number) => {
      const bench = answeredMany(count);
      const data = decodeData(bench.data('alice'), bench.particleSignature, 'test');
      const wanted = namesOf(count);
      return (): void => void listReceipts(data, bench.particle, wanted);
    };
    expect(leastGrowth(listing(250), listing(2000))).toBeLessThan(GROWTH_MAX);
  });
});
