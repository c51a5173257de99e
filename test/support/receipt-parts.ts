import { decode, encode, rfc8949EncodeOptions } from 'cborg';
import { encodeRecord, exportReceipt, ReceiptError, type CallRecord } from '../../interpreter/index.ts';
import { idOf } from './cast.ts';
import { atInstruction } from './forge.ts';
import { SignedBench } from './signed-bench.ts';
import { codeOf } from './code-of.ts';

/** Alice answers three calls. */
const SCRIPT = `(par (call "alice" ("s" "a") [1] a) (par (call "alice" ("s" "b") [2] b) (par (call "alice" ("s" "c") [3] c) (null))))`;

/** A receipt taken apart: what its CBOR holds. */
export interface Parts {
  particle: [id: string, init: string, timestamp: number, ttl: number, script: string, signature: Uint8Array];
  statement: [
    peerId: string,
    record: Uint8Array,
    index: number,
    size: number,
    path: Uint8Array[],
    signature: Uint8Array,
  ];
  value: Uint8Array;
  args: Uint8Array;
}

export const take = (receipt: Uint8Array): Parts => {
  const [, particle, statement, value, args] = decode(receipt) as [
    string,
    Parts['particle'],
    Parts['statement'],
    Uint8Array,
    Uint8Array,
  ];
  return { particle, statement, value, args };
};
export const put = ({ particle, statement, value, args }: Parts): Uint8Array =>
  encode(['beryl/receipt/2', particle, statement, value, args], rfc8949EncodeOptions);

export const refusalOf = (act: () => unknown): string => codeOf(ReceiptError, act);

export function answered(options: { particleId?: string; init?: string } = {}): SignedBench {
  const bench = new SignedBench(SCRIPT, options);
  bench.run('alice');
  bench.run('alice', { results: { 1: '"A"', 2: '{"b":true}', 3: '"C"' } });
  return bench;
}
/** Alice answers `count` calls in one run. Instruction 0 is the outermost `par`, then each call and the next `par`. */
export function answeredMany(count: number, more = ''): SignedBench {
  const calls = Array.from({ length: count }, (_, i) => `(call "alice" ("s" "f${i}") [${i}${more}] v${i})`);
  const bench = new SignedBench(calls.reduceRight((rest, call) => `(par ${call} ${rest})`, '(null)'));
  bench.run('alice');
  bench.run('alice', { results: Object.fromEntries(calls.map((_, i) => [i + 1, `{"answer":${i}}`])) });
  return bench;
}
export const receiptAt = (bench: SignedBench, at: number, argumentsJson = `[${(at + 1) / 2}]`): Uint8Array =>
  exportReceipt(
    bench.data('alice'),
    bench.particle,
    { peerId: idOf('alice'), site: String(at) },
    { argumentsJson },
  );

export function decodedRecord(bytes: Uint8Array): CallRecord {
  const [, , [instruction], serviceId, functionName, args, , response] = decode(bytes) as [
    number,
    number,
    [number, []],
    string,
    string,
    Uint8Array,
    number,
    Uint8Array,
  ];
  const hex = (hash: Uint8Array): string => Buffer.from(hash).toString('hex');
  return {
    kind: 'call',
    site: atInstruction(instruction),
    serviceId,
    functionName,
    argsHash: hex(args),
    outcome: 'ok',
    responseHash: hex(response),
    told: [],
  };
}

export function rewrite({ statement }: Parts, change: Partial<CallRecord>): void {
  statement[1] = encodeRecord({ ...decodedRecord(statement[1]), ...change });
}
