import { encode, rfc8949EncodeOptions } from 'cborg';
import { describe, expect, it } from 'vitest';
import { exportEquivocation, exportReceipt, verifyEquivocation } from '../../interpreter/index.ts';
import { idOf, signer } from '../support/cast.ts';
import { Forgery } from '../support/forge.ts';
import { SignedBench } from '../support/signed-bench.ts';
import { answered, receiptAt, refusalOf, rewrite, take, type Parts } from '../support/receipt-parts.ts';

// Goal:    a stranger convicts alice of equivocation although she signed no conflicting records.
// Means:   mallory holds honest receipts of alice's, her own key, and takes parts of them together as evidence.
// Refused: by verifyEquivocation: both statements must be hers, in one particle, and no honest peer's.
const honest = receiptAt(answered(), 3);

describe('mallory accuses alice', () => {
  const evidence = (a: Parts, b: Parts): Uint8Array =>
    encode(['beryl/evidence/2', a.particle, a.statement, b.statement], rfc8949EncodeOptions);

  /** mallory does what she accuses alice of. */
  const guilty = (): Uint8Array => {
    const bench = answered();
    const sources = ['"yes"', '"no"'].map(answer => {
      const forgery = new Forgery(bench, bench.data('alice'));
      const responseHash = forgery.dropValues().addValue(answer);
      const record = { ...forgery.record('alice'), responseHash };
      return forgery.dropLog('alice').sign('mallory', [record]).bytes;
    });
    return exportEquivocation(sources, bench.particle) as Uint8Array;
  };

  it('honest twin: convicts a peer that signed conflicting records; after a change of any bit the evidence convicts no peer of anything else', () => {
    const proof = guilty();
    const proven = verifyEquivocation(proof);
    expect(proven).toMatchObject({ peerId: idOf('mallory'), conflict: 'site' });
    for (let bit = 0; bit < proof.length * 8; bit++) {
      const changed = proof.with(bit >> 3, (proof[bit >> 3] as number) ^ (1 << (bit & 7)));
      let found: unknown;
      if (refusalOf(() => (found = verifyEquivocation(changed))) === '') expect(found).toEqual(proven);
    }
  });

  it.each<[name: string, code: string, proof: () => Uint8Array]>([
    ['of one statement, twice', 'ERR_RECEIPT_CONFLICT', () => evidence(take(honest), take(honest))],
    [
      'of two records of one log',
      'ERR_RECEIPT_CONFLICT',
      () => evidence(take(honest), take(receiptAt(answered(), 5))),
    ],
    [
      'of the same answer in two particles',
      'ERR_RECEIPT_SIGNATURE',
      () => evidence(take(honest), take(receiptAt(answered({ particleId: 'p2' }), 3))),
    ],
    [
      'of a story that mallory signed',
      'ERR_RECEIPT_SIGNATURE',
      () => {
        const other = take(honest);
        rewrite(other, { functionName: 'x' });
        other.statement[5] = signer('mallory').sign(new Uint8Array(32));
        return evidence(take(honest), other);
      },
    ],
    [
      'of two heads of hers, the older one with the same record',
      'ERR_RECEIPT_CONFLICT',
      () => {
        const { older, newer } = grown();
        return evidence(take(older[0]!), take(newer[0]!));
      },
    ],
    [
      'of two heads of hers, with records of different places',
      'ERR_RECEIPT_CONFLICT',
      () => {
        const { older, newer } = grown();
        return evidence(take(older[0]!), take(newer[1]!));
      },
    ],
    [
      'of a record of hers at another place, with the path of its own',
      'ERR_RECEIPT_SIGNATURE',
      () => {
        const other = take(honest);
        other.statement[2] = 0;
        return evidence(take(honest), other);
      },
    ],
    [
      'of statements of two peers about one site',
      'ERR_RECEIPT_CONFLICT',
      () => {
        const bench = answered();
        const forgery = new Forgery(bench, bench.data('alice'));
        forgery.sign('mallory', [forgery.record('alice', 1)]);
        const name = { peerId: idOf('mallory'), site: '3' };
        return evidence(take(honest), take(exportReceipt(forgery.bytes, bench.particle, name)));
      },
    ],
  ])('%s: %s', (_, code, proof) => expect(refusalOf(() => verifyEquivocation(proof()))).toBe(code));
});

/** Receipts of alice's, under her first head and under the next one. */
function grown(): { older: Uint8Array[]; newer: Uint8Array[] } {
  const bench = new SignedBench('(seq (call "alice" ("s" "a") [] a) (call "alice" ("s" "b") [a] b))');
  bench.run('alice');
  const receipts = [1, 2].map(id => {
    const { data } = bench.run('alice', { results: { [id]: String(id) } });
    return ['1', '2']
      .slice(0, id)
      .map(site => exportReceipt(data, bench.particle, { peerId: idOf('alice'), site }));
  });
  return { older: receipts[0]!, newer: receipts[1]! };
}
