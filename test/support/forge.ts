import { toHex } from '../../base/bytes.ts';
import {
  decodeData,
  encodeData,
  encodeRecord,
  Value,
  parseJson,
  sha256,
  type CallRecord,
  type Data,
  type RecordBatch,
  type RecordChain,
  type SealedRecord,
  type State,
} from '../../interpreter/index.ts';
import {
  FIRST_PREVIOUS,
  headBytes,
  headOf,
  lastHead,
  recordCount,
} from '../../interpreter/provenance/record-batch.ts';
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
      const sealed = records.map(sealedOf);
      count += sealed.length;
      const head = headOf(this.#bench.particleSignature, idOf(name), previous, count, sealed);
      const batch = { previous, records: sealed, head, signature: signer(by).sign(headBytes(head)) };
      previous = head;
      return batch;
    });
    return this.setChain(name, signed);
  }

  /** Signs one more batch, after those that are there, with the key of `by`, in the name of `name`. */
  append(name: string, records: readonly CallRecord[], by = name): this {
    const chain = this.data.chains.get(idOf(name));
    const previous = lastHead(chain);
    const sealed = records.map(sealedOf);
    const count = recordCount(chain) + sealed.length;
    const head = headOf(this.#bench.particleSignature, idOf(name), previous, count, sealed);
    const batch = { previous, records: sealed, head, signature: signer(by).sign(headBytes(head)) };
    return this.setChain(name, [...(chain?.batches ?? []), batch]);
  }

  /** Changes a batch; its signature stays what it was. */
  editBatch(name: string, at: number, edit: (batch: RecordBatch) => Partial<RecordBatch>): this {
    const edited = this.chain(name).batches.map((batch, i) =>
      i === at ? { ...batch, ...edit(batch) } : batch,
    );
    return this.setChain(name, edited);
  }

  /** Changes what a record says; the signature stays what it was. */
  editRecord(name: string, change: Partial<CallRecord>, batch = 0, index = 0): this {
    return this.editBatch(name, batch, ({ records }) => ({
      records: records.map((sealed, i) => (i === index ? sealedOf({ ...sealed.record, ...change }) : sealed)),
    }));
  }

  /** The same chain in the name of another peer. */
  attribute(batches: readonly RecordBatch[], peerId: string): this {
    this.data = { ...this.data, chains: new Map([[peerId, { peerId, batches }]]) };
    return this;
  }

  addState(state: State): this {
    this.data = { ...this.data, trace: new Map(this.data.trace).set(state.site.key, state) };
    return this;
  }

  /** A value as bytes, JSON or not. */
  addBytes(bytes: Uint8Array): string {
    const hash = toHex(sha256(bytes));
    this.data = { ...this.data, values: new Map(this.data.values).set(hash, Value.ofBytes(bytes, hash)) };
    return hash;
  }

  dropValue(hash: string): this {
    const values = new Map(this.data.values);
    values.delete(hash);
    this.data = { ...this.data, values };
    return this;
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

export const sealedOf = (record: CallRecord): SealedRecord => ({ record, bytes: encodeRecord(record) });

export const atInstruction = (index: number) => siteOf(index, Iterations.none);

/** The site of an instruction at one item of a fold over an array. */
export const inFold = (index: number, fold: number, item: number) =>
  siteOf(index, Iterations.none.enter(fold, item));
