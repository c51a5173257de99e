import { toHex } from '../../base/bytes.ts';
import {
  decodeData,
  encodeData,
  parseJson,
  RecordLog,
  SealedRecord,
  sha256,
  Value,
  type CallRecord,
  type Data,
  type State,
} from '../../interpreter/index.ts';
import { NO_ARGUMENTS_HASH } from '../../interpreter/log/args-hash.ts';
import { siteOf, Iterations } from '../../interpreter/provenance/site.ts';
import type { Bench } from './bench.ts';
import { idOf, signer } from './cast.ts';

/** What a log is made of. */
export interface LogParts {
  readonly records: readonly SealedRecord[];
  readonly signature: Uint8Array;
}

/** What an attacker with the keys of `forger` can do to data. */
export class Forgery {
  readonly #bench: Pick<Bench, 'particleSignature'>;
  data: Data;

  constructor(bench: Pick<Bench, 'particleSignature'>, bytes: Uint8Array) {
    this.#bench = bench;
    this.data = decodeData(bytes, bench.particleSignature, 'forged');
  }

  get bytes(): Uint8Array {
    return encodeData(this.data);
  }

  log(name: string): RecordLog {
    return this.data.logs.get(idOf(name)) as RecordLog;
  }

  record(name: string, index = 0): CallRecord {
    return this.log(name).records[index]?.record as CallRecord;
  }

  setLog(name: string, { records, signature }: LogParts): this {
    const log = RecordLog.of(this.#bench.particleSignature, idOf(name), records, signature);
    this.data = { ...this.data, logs: new Map(this.data.logs).set(idOf(name), log) };
    return this;
  }

  dropLog(name: string): this {
    const logs = new Map(this.data.logs);
    logs.delete(idOf(name));
    this.data = { ...this.data, logs };
    return this;
  }

  /** Signs a log of records again, with the key of `by`, in the name of `name`. */
  sign(name: string, records: readonly CallRecord[], by = name): this {
    return this.signSealed(name, records.map(sealedOf), by);
  }

  /** As {@link sign}, of records whose bytes need not be what they say. */
  signSealed(name: string, records: readonly SealedRecord[], by = name): this {
    const unsigned = RecordLog.of(this.#bench.particleSignature, idOf(name), records, new Uint8Array(64));
    return this.setLog(name, { records, signature: signer(by).sign(unsigned.head) });
  }

  /** Signs records more, after those that are there, with the key of `by`, in the name of `name`. */
  append(name: string, records: readonly CallRecord[], by = name): this {
    const known = this.data.logs.get(idOf(name))?.records ?? [];
    return this.signSealed(name, [...known, ...records.map(sealedOf)], by);
  }

  /** Changes a log; what is not given stays, its signature too. */
  editLog(name: string, edit: (log: RecordLog) => Partial<LogParts>): this {
    const log = this.log(name);
    return this.setLog(name, { records: log.records, signature: log.signature, ...edit(log) });
  }

  /** Changes what a record says; the signature stays what it was. */
  editRecord(name: string, change: Partial<CallRecord>, index = 0): this {
    return this.editLog(name, ({ records }) => ({
      records: records.map((sealed, i) => (i === index ? sealedOf({ ...sealed.record, ...change }) : sealed)),
    }));
  }

  /** The same log, alone, in the name of another peer. */
  attribute({ records, signature }: LogParts, peerId: string): this {
    const log = RecordLog.of(this.#bench.particleSignature, peerId, records, signature);
    this.data = { ...this.data, logs: new Map([[peerId, log]]) };
    return this;
  }

  addState(state: State): this {
    this.data = { ...this.data, states: new Map(this.data.states).set(state.site.key, state) };
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

  dropStates(): this {
    this.data = { ...this.data, states: new Map() };
    return this;
  }
}

export const sealedOf = (record: CallRecord): SealedRecord => SealedRecord.of(record);

export const atInstruction = (index: number) => siteOf(index, Iterations.none);

/** The site of an instruction at one item of a fold over an array. */
export const inFold = (index: number, fold: number, item: number) =>
  siteOf(index, Iterations.none.enter(fold, item));

/** The record of a call without arguments, at an instruction outside of folds. */
export const recordAt = (instruction: number, functionName = 'f'): CallRecord => ({
  kind: 'call',
  site: atInstruction(instruction),
  serviceId: 's',
  functionName,
  argsHash: NO_ARGUMENTS_HASH,
  outcome: 'ok',
  responseHash: NO_ARGUMENTS_HASH,
  told: [],
});
