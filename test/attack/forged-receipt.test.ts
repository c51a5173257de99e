import { beforeAll, describe, expect, it } from 'vitest';
import { concat, equalBytes } from '../../base/bytes.ts';
import {
  encodeRecord,
  exportReceipt,
  sha256,
  verifyReceipt,
  type ReceiptClaims,
} from '../../interpreter/index.ts';
import { headOf } from '../../interpreter/log/head.ts';
import { leafHash } from '../../interpreter/log/tree-hash.ts';
import { atInstruction, Forgery } from '../support/forge.ts';
import { idOf, signer } from '../support/cast.ts';
import {
  answered,
  decodedRecord,
  put,
  receiptAt,
  refusalOf,
  rewrite,
  take,
  type Parts,
} from '../support/receipt-parts.ts';

// Goal:    a stranger believes of alice what she has not stated.
// Means:   mallory holds an honest receipt, her own key, and changes bytes or takes parts of receipts together.
// Refused: by verifyReceipt, each kind with its code.
let honest: Uint8Array;
let claims: ReceiptClaims;
beforeAll(() => {
  honest = receiptAt(answered(), 3);
  claims = verifyReceipt(honest);
});

/** What the honest receipt becomes after `change`. */
const forged = (change: (parts: Parts) => void): Uint8Array => {
  const parts = take(honest);
  change(parts);
  return put(parts);
};

describe('mallory changes a receipt', () => {
  it('honest twin: it verifies, and taking it apart and together changes nothing', () => {
    expect(claims).toMatchObject({ functionName: 'b', valueJson: '{"b":true}', argumentsJson: '[2]' });
    expect(put(take(honest))).toEqual(new Uint8Array(honest));
  });

  it('every changed bit: refused, or the claims are the same', () => {
    const unsigned: number[] = [];
    for (let bit = 0; bit < honest.length * 8; bit++) {
      const changed = honest.with(bit >> 3, (honest[bit >> 3] as number) ^ (1 << (bit & 7)));
      let found: ReceiptClaims | undefined;
      const code = refusalOf(() => (found = verifyReceipt(changed)));
      if (code !== '') continue;
      expect(found).toEqual(claims);
      unsigned.push(bit >> 3);
    }
    expect(unsigned).toEqual([]);
  });

  it('bytes left out or added', () => {
    for (let at = 0; at < honest.length; at++) {
      const without = concat(honest.subarray(0, at), honest.subarray(at + 1));
      expect(refusalOf(() => verifyReceipt(without))).not.toBe('');
    }
    expect(refusalOf(() => verifyReceipt(concat(honest, Uint8Array.of(0))))).toBe('ERR_RECEIPT_MALFORMED');
  });

  it.each<[name: string, code: string, change: (parts: Parts) => void]>([
    ['another value', 'ERR_RECEIPT_VALUE', parts => (parts.value = Buffer.from('{"b":false}'))],
    ['the value as other text', 'ERR_RECEIPT_VALUE', parts => (parts.value = Buffer.from('{ "b":true}'))],
    ['other arguments', 'ERR_RECEIPT_ARGUMENTS', parts => (parts.args = Buffer.from('[1]'))],
    ['another function', 'ERR_RECEIPT_SIGNATURE', parts => rewrite(parts, { functionName: 'c' })],
    ['another site', 'ERR_RECEIPT_SIGNATURE', parts => rewrite(parts, { site: atInstruction(5) })],
    ['success for failure', 'ERR_RECEIPT_SIGNATURE', parts => rewrite(parts, { outcome: 'failed' })],
    ['another peer', 'ERR_RECEIPT_SIGNATURE', parts => (parts.statement[0] = idOf('bob'))],
    ['a peer without a key', 'ERR_RECEIPT_KEY', parts => (parts.statement[0] = 'bob')],
    ['an index beyond the log', 'ERR_RECEIPT_PATH', parts => (parts.statement[2] = 3)],
    ['another index', 'ERR_RECEIPT_SIGNATURE', parts => (parts.statement[2] = 0)],
    [
      'a path longer than the tree',
      'ERR_RECEIPT_PATH',
      ({ statement }) => statement[4].push(new Uint8Array(32)),
    ],
    ['a path that is too short', 'ERR_RECEIPT_PATH', ({ statement }) => statement[4].pop()],
    ['a path without end', 'ERR_RECEIPT_MALFORMED', ({ statement }) => (statement[4] = many(54))],
    [
      'a path turned round',
      'ERR_RECEIPT_SIGNATURE',
      ({ statement }) => (statement[4] = statement[4].toReversed()),
    ],
    ['another size, of the same form', 'ERR_RECEIPT_SIGNATURE', ({ statement }) => (statement[3] = 4)],
    ['a size of another form', 'ERR_RECEIPT_PATH', ({ statement }) => (statement[3] = 5)],
    ['another script', 'ERR_RECEIPT_PARTICLE_SIGNATURE', ({ particle }) => (particle[4] += ' ')],
    ['another particle id', 'ERR_RECEIPT_PARTICLE_SIGNATURE', ({ particle }) => (particle[0] = 'p2')],
    ['another time', 'ERR_RECEIPT_PARTICLE_SIGNATURE', ({ particle }) => (particle[2] += 1)],
    [
      'another init peer',
      'ERR_RECEIPT_PARTICLE_SIGNATURE',
      ({ particle }) => (particle[1] = idOf('mallory')),
    ],
    ['an init peer without a key', 'ERR_RECEIPT_KEY', ({ particle }) => (particle[1] = 'mallory')],
  ])('%s: %s', (_, code, change) => expect(refusalOf(() => verifyReceipt(forged(change)))).toBe(code));
});

describe('mallory makes a receipt', () => {
  it('with the record of one place and the path of another', () => {
    const [, record] = take(receiptAt(answered(), 1)).statement;
    expect(refusalOf(() => verifyReceipt(forged(({ statement }) => (statement[1] = record))))).toBe(
      'ERR_RECEIPT_SIGNATURE',
    );
  });

  it('in alice’s name, signed with her own key', () => {
    const change = ({ statement, particle }: Parts): void => {
      const bytes = encodeRecord({ ...decodedRecord(statement[1]), functionName: 'c' });
      const head = headOf(particle[5], idOf('alice'), 1, leafHash(bytes));
      const signature = signer('mallory').sign(head);
      statement.splice(1, 5, bytes, 0, 1, [], signature);
    };
    expect(refusalOf(() => verifyReceipt(forged(change)))).toBe('ERR_RECEIPT_SIGNATURE');
  });

  it('of an inner node of alice’s tree, as if it were a record (second preimage)', () => {
    // Nodes and leaves are hashed with different prefixes: the two hashes under a node are not a leaf of that tree.
    const [, record, , , path] = take(honest).statement;
    const leaf = sha256(concat(Uint8Array.of(0), record));
    const node = concat(path[0] as Uint8Array, leaf);
    const change = ({ statement }: Parts): void => {
      statement.splice(1, 4, node, 0, 2, [path[1] as Uint8Array]);
    };
    expect(refusalOf(() => verifyReceipt(forged(change)))).toBe('ERR_RECEIPT_MALFORMED');
    // Nor does it help her to be the signer, and to sign a tree over a node that reads as a record.
    expect(equalBytes(sha256(concat(Uint8Array.of(0), node)), sha256(concat(Uint8Array.of(1), node)))).toBe(
      false,
    );
  });

  it('of a value that is not JSON, under a hash that alice did sign', () => {
    const bench = answered();
    const forgery = new Forgery(bench, bench.data('alice'));
    const garbage = Buffer.from('{"b":true,}');
    const responseHash = Buffer.from(sha256(garbage)).toString('hex');
    forgery.dropValues().sign('mallory', [{ ...forgery.record('alice'), responseHash }]);
    const parts = take(exportReceipt(forgery.bytes, bench.particle, { peerId: idOf('mallory'), site: '1' }));
    expect(refusalOf(() => verifyReceipt(put(parts)))).toBe('');
    expect(refusalOf(() => verifyReceipt(put({ ...parts, value: garbage })))).toBe('ERR_RECEIPT_VALUE');
  });
});

const many = (count: number): Uint8Array[] => Array.from({ length: count }, () => new Uint8Array(32));
