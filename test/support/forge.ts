import {
  decodeData,
  encodeData,
  encodeRecord,
  Value,
  parseJson,
  type CallRecord,
  type Data,
  type RecordBatch,
  type RecordChain,
  type SealedRecord,
} from '../../interpreter/index.ts';
import { FIRST_PREVIOUS, headBytes, headOf } from '../../interpreter/provenance/record-batch.ts';
import { siteOf, Iterations } from '../../interpreter/provenance/site.ts';
import type { Bench } from './bench.ts';
import { idOf, signer } from './cast.ts';

/** What somebody can do to data who holds only the keys of `forger`. */
export class Forgery {
  readonly #bench: Bench;
  data: Data;

  constructor(bench: Bench, bytes: Uint8Array) {
    this.#bench = bench;
    this.data = decodeData(bytes, bench.particleSignature, 'forged');
  }

  get bytes(): Uint8Array {
    return encodeData(this.data);
  }

  chain(name: string): RecordChain {
    return this.data.chains.get(idOf(name)) as RecordChain;
  }

  record(name: string, batch = 0, index = 0): CallRecord {
    return (this.chain(name).batches[batch] as RecordBatch).records[index]?.record as CallRecord;
  }

  setChain(name: string, batches: readonly RecordBatch[]): this {
    const chains = new Map(this.data.chains);
    if (batches.length === 0) chains.delete(idOf(name));
    else chains.set(idOf(name), { peerId: idOf(name), batches });
    this.data = { ...this.data, chains };
    return this;
  }

  /** Signs batches of records anew, with the key of `by`, in the name of `name`. */
  sign(name: string, batches: readonly (readonly CallRecord[])[], by = name): this {
    let previous = FIRST_PREVIOUS;
    let count = 0;
    const signed = batches.map((records): RecordBatch => {
      const sealed: SealedRecord[] = records.map(record => ({ record, bytes: encodeRecord(record) }));
      count += sealed.length;
      const head = headOf(this.#bench.particleSignature, idOf(name), previous, count, sealed);
      const batch = { previous, records: sealed, head, signature: signer(by).sign(headBytes(head)) };
      previous = head;
      return batch;
    });
    return this.setChain(name, signed);
  }

  addValue(json: string): string {
    const value = Value.ofJson(parseJson(json));
    this.data = { ...this.data, values: new Map(this.data.values).set(value.hash, value) };
    return value.hash;
  }

  dropValues(): this {
    this.data = { ...this.data, values: new Map() };
    return this;
  }

  dropTrace(): this {
    this.data = { ...this.data, trace: new Map() };
    return this;
  }
}

export const atInstruction = (index: number) => siteOf(index, Iterations.none);
