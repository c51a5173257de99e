import {
  decodeData,
  exportReceipt,
  ReceiptError,
  verifyEquivocation,
  verifyReceipt,
  type ReceiptClaims,
} from '../../interpreter/index.ts';
import { CborWriter } from '../../interpreter/cbor.ts';
import { EVIDENCE_FORMAT } from '../../interpreter/receipts/evidence.ts';
import { idOf } from '../support/cast.ts';
import { SignedBench } from '../support/signed-bench.ts';
import type { Case, Ending } from './case.ts';
import { chanceOf, type Chance } from './chance.ts';
import { BYTES } from './data/bytes.ts';
import { requireThat } from './invariants.ts';

interface Honest {
  readonly bytes: Uint8Array;
  readonly claims: ReceiptClaims;
}

const SCRIPT = `(seq (par (call "alice" ("s" "a") [1] a) (par (call "alice" ("s" "b") [2] b) (call "alice" ("s" "c") [3] c)))
  (call "alice" ("s" "d") [a b c] d))`;

/** All that alice has stated, in two particles, as receipts. */
const HONEST: readonly Honest[] = ['p1', 'p2'].flatMap(particleId => {
  const bench = new SignedBench(SCRIPT, { particleId });
  bench.run('alice');
  bench.run('alice', { results: { 1: '"a"', 2: '"b"', 3: '[3]' } });
  const data = bench.run('alice', { results: { 4: '{"d":4}' } }).data;
  const { logs } = decodeData(data, bench.particleSignature, 'honest');
  const peerId = idOf('alice');
  return (logs.get(peerId)?.records ?? []).map(({ record }) => {
    const bytes = exportReceipt(data, bench.particle, { peerId, site: record.site.key });
    return { bytes, claims: verifyReceipt(bytes) };
  });
});

export const RECEIPT_MUTATIONS = {
  ...BYTES,
  'receipt: the end of another': (bytes: number[], chance: Chance) => {
    const { bytes: other } = chance.of(HONEST);
    const at = chance.below(bytes.length);
    bytes.splice(at, bytes.length, ...other.subarray(at));
  },
  'receipt: two as evidence': (bytes: number[], chance: Chance) => {
    const [one, other] = [chance.of(HONEST).bytes, chance.of(HONEST).bytes];
    bytes.splice(0, bytes.length, ...evidence(one, other));
  },
};

/** Changed receipts and evidence, verified by a stranger who has no other data. */
export function receiptCase(seed: number, index: number): Case {
  const chance = chanceOf(seed, index);
  const { bytes } = chance.of(HONEST);
  const mutations = chance.of([0, 1, 1, 1, 2]);
  const play = (kept: readonly number[], names: string[] = []): Ending => {
    const changed = [...bytes];
    for (const at of kept) {
      const own = chanceOf(seed, index, at + 1);
      const [name, mutation] = own.of(Object.entries(RECEIPT_MUTATIONS));
      mutation(changed, own);
      names.push(name);
    }
    const start = performance.now();
    const code = verdict(Uint8Array.from(changed));
    return { names, code, tookMs: performance.now() - start };
  };
  return { mutations, about: () => `a receipt of ${bytes.length} bytes`, play };
}

function verdict(bytes: Uint8Array): string {
  const convicted = attempt(() => verifyEquivocation(bytes));
  requireThat(typeof convicted === 'string', 'nobody is convicted who was honest');
  const claims = attempt(() => verifyReceipt(bytes));
  if (typeof claims === 'string') return claims === 'ERR_RECEIPT_MALFORMED' ? convicted : claims;
  const isTrue = HONEST.some(({ claims: honest }) =>
    Object.entries(claims).every(
      ([name, claim]) =>
        claim === undefined || JSON.stringify(claim) === JSON.stringify(honest[name as keyof ReceiptClaims]),
    ),
  );
  requireThat(isTrue, 'what a receipt proves has been stated');
  return 'proven';
}

/** @returns The code of a refusal. Whatever else is thrown is a violation. */
function attempt<T>(verify: () => T): T | string {
  try {
    return verify();
  } catch (failure) {
    if (failure instanceof ReceiptError) return failure.code;
    throw failure;
  }
}

/** The particle and statement of one receipt, and the statement of another, as if they were evidence. */
function evidence(one: Uint8Array, other: Uint8Array): Uint8Array {
  const cbor = new CborWriter();
  cbor.array(4);
  cbor.text(EVIDENCE_FORMAT);
  cbor.raw(partOf(one, 'particle'));
  cbor.raw(partOf(one, 'statement'));
  cbor.raw(partOf(other, 'statement'));
  return cbor.finish();
}

/** A receipt is an array of five: format, particle, statement, value, arguments. */
function partOf(receipt: Uint8Array, which: 'particle' | 'statement'): Uint8Array {
  const ends: number[] = [];
  let at = 1;
  for (let item = 0; item < 5; item++) ends.push((at = skip(receipt, at)));
  const [from, to] = which === 'particle' ? [0, 1] : [1, 2];
  return receipt.subarray(ends[from], ends[to]);
}

/** Where the item that begins here ends. */
function skip(bytes: Uint8Array, start: number): number {
  const head = bytes[start] as number;
  const width = [0, 1, 2, 4, 8][Math.max(0, (head & 31) - 23)] as number;
  let count = width === 0 ? head & 31 : 0;
  for (let i = 1; i <= width; i++) count = count * 256 + (bytes[start + i] as number);
  let at = start + 1 + width;
  if (head >> 5 === 0) return at;
  if (head >> 5 !== 4) return at + count;
  for (let i = 0; i < count; i++) at = skip(bytes, at);
  return at;
}
