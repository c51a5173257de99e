import { RunError } from '../errors.ts';
import { STATES_MAX, UINT32_MAX } from '../limits.ts';
import type { Logs } from '../log/merge.ts';
import type { CallRecord } from '../log/record.ts';
import { RecordLog } from '../log/record-log.ts';
import { SealedRecord } from '../log/sealed-record.ts';
import { Shelf } from '../log/shelf.ts';
import type { Site, SiteKey } from '../provenance/site.ts';
import { cidOf } from '../values/cid.ts';
import type { Value } from '../values/value.ts';
import type { Data } from './data.ts';
import type { Age, State } from './state.ts';

const UTF8_BYTES_MAX = 3;
const CBOR_HEAD_BYTES_MAX = 9;
/** A state beside its site: kind, peer, request id, call hash, and their heads. */
const STATE_BYTES = 128;
/** A log beside its records: peer id, signature, and their heads; the heads of the data itself. */
const LOG_BYTES = 512;

/**
 * What is known before a run and what the run adds: the only thing through which instructions touch data.
 *
 * Everything is found by site. A state or record therefore means the same whatever the order in which data arrived, and
 * merging two sets of data is their union.
 */
export class Ledger {
  readonly #prev: Data;
  readonly #current: Data;
  readonly #logs: Logs;
  readonly #sealed: ((hash: string) => Value) | undefined;
  /** Logs in which records have arrived, with how many were known: the script must use all others. */
  #news: Map<string, { readonly log: RecordLog; readonly known: number }> | undefined;
  readonly #mark = newMark();
  /** Of records that this run has added. */
  readonly #values = new Map<string, Value>();
  readonly #states = new Map<SiteKey, State>();
  readonly #added: SealedRecord[] = [];
  readonly #shelf = new Shelf();
  /** Sites with a record: the state that was known before is not passed on. */
  #superseded: Set<SiteKey> | undefined;
  /** Listed when the walk has ended: another run may mark the same values before this one is concluded. */
  #inUse: ReadonlyMap<string, Value> | undefined;
  #lastRequestId: number;
  #addedBytesMax = LOG_BYTES;

  /**
   * @param logs Of both sides, merged.
   * @param me   The peer of this ledger.
   * @param sealed Gives a sealed value for a hash (hex) whose value is in neither data. Left out: such a value is an error.
   */
  constructor(prev: Data, current: Data, logs: Logs, me: string, sealed?: (hash: string) => Value) {
    this.#sealed = sealed;
    this.#prev = prev;
    this.#current = current;
    this.#logs = logs;
    for (const log of logs.values()) {
      const known = prev.logs.get(log.peerId)?.count ?? 0;
      if (log.count > known) (this.#news ??= new Map()).set(log.peerId, { log, known });
    }
    const adopted = this.#news?.get(me)?.log;
    this.#lastRequestId = Math.max(prev.lastRequestId, adopted === undefined ? 0 : callsIn(adopted));
  }

  /** The record in which `peerId` states the outcome of this site. Call {@link reach} when it is used. */
  recordAt(site: Site, peerId: string): SealedRecord | undefined {
    const log = this.#logs.get(peerId);
    const at = log?.find(site.key);
    return at === undefined ? undefined : log?.at(at);
  }

  /** The script has used this record of this peer. */
  reach(peerId: string, sealed: SealedRecord): void {
    if (this.#news?.has(peerId) === true) sealed.mark = this.#mark;
    const { key } = sealed.record.site;
    if (this.#prev.states.get(key)?.kind === 'requested') this.#supersede(key);
  }

  /**
   * The value under a record's response hash; from then on part of the data. One that has arrived is looked into at once, whoever
   * uses it later: or an honest peer would pass on what the next one refuses.
   */
  responseOf({ record }: SealedRecord): Value {
    const hash = record.responseHash;
    const known = this.#prev.values.get(hash) ?? this.#values.get(hash);
    if (known !== undefined) return known;
    const arrived = this.#current.values.get(hash) ?? this.#sealed?.(hash);
    if (arrived === undefined) {
      throw new RunError('valueNotFound', `value for CID \`${cidOf(hash)}\` not found`, {
        site: record.site.key,
      });
    }
    arrived.requireJson();
    arrived.mark = this.#mark;
    return arrived;
  }

  /**
   * What is known of a site without a record. Request ids mean something to the peer that gave them only: an own id that came
   * from outside is not a pending request, or a result could be made the answer to another call.
   */
  stateAt(site: Site): State | undefined {
    const own = this.#prev.states.get(site.key);
    if (own !== undefined) return own;
    const foreign = this.#current.states.get(site.key);
    return foreign?.kind === 'pending' ? { kind: 'requested', site: foreign.site, by: foreign.by } : foreign;
  }

  /** @throws {RunError} 10 if the data would have more states than others take. */
  keep(state: State): void {
    this.#states.set(state.site.key, state);
    this.#addedBytesMax += STATE_BYTES + UTF8_BYTES_MAX * state.site.key.length;
    if (this.#states.size > STATES_MAX)
      throw new RunError('sizeLimit', `more than the allowed ${STATES_MAX} states in one set of data`);
  }

  /** The host has answered this request: later results under the same id are ignored. */
  answered({ site }: Extract<State, { kind: 'pending' }>): void {
    this.#supersede(site.key);
  }

  #supersede(site: SiteKey): void {
    (this.#superseded ??= new Set()).add(site);
  }

  /** Records that a value was put into a stream here, and says of what age it is. */
  put(site: Site): { age: Age; state: { kind: 'put'; site: Site; generation: number } } {
    const own = this.#prev.states.get(site.key);
    const foreign = this.#current.states.get(site.key);
    const known = own?.kind === 'put' ? own : foreign?.kind === 'put' ? foreign : undefined;
    const state = { kind: 'put' as const, site: known?.site ?? site, generation: known?.generation ?? 0 };
    this.keep(state);
    return { age: known === undefined ? 'new' : known === own ? 'previous' : 'current', state };
  }

  /** @throws {RunError} 10 if no id is left: ids are never used again. */
  nextRequestId(): number {
    if (this.#lastRequestId === UINT32_MAX)
      throw new RunError(
        'sizeLimit',
        `more than the allowed ${UINT32_MAX} requests of one peer in a particle`,
      );
    this.#lastRequestId += 1;
    return this.#lastRequestId;
  }

  /** A new outcome of this peer. `value` is kept in the data; leave it out where the script drops the result. */
  add(record: CallRecord, value?: Value): SealedRecord {
    const sealed = SealedRecord.of(record, this.#shelf);
    this.#added.push(sealed);
    this.#addedBytesMax += sealed.itemSize;
    if (value !== undefined) {
      this.#values.set(record.responseHash, value);
      this.#addedBytesMax += value.sizeBytesMax + CBOR_HEAD_BYTES_MAX;
    }
    return sealed;
  }

  /**
   * Records that the script never uses prove nothing and would be passed on forever: data with such records is refused.
   *
   * @throws {RunError} 20021 naming the first one.
   */
  requireAllReached(): void {
    for (const [peerId, { log, known }] of this.#news ?? []) {
      for (let at = known; at < log.count; at++) {
        const sealed = log.at(at);
        if (sealed.mark === this.#mark) continue;
        const { site, serviceId, functionName } = sealed.record;
        throw new RunError(
          'recordNotReached',
          `\`${peerId}\` recorded \`${serviceId}.${functionName}\` at site \`${site.key}\`, where this script has no such call of that peer`,
          { peerId, site: site.key, serviceId, functionName },
        );
      }
    }
  }

  /** The data of both sides and so many bytes are at least the size of the new data. */
  get addedBytesMax(): number {
    return this.#addedBytesMax;
  }

  /**
   * The log of this peer with all that this run has added, not yet signed: one signature covers it. Nothing if the run adds nothing.
   *
   * @param peersMax Logs that the data may have. @throws {RunError} 10 if it would have more.
   */
  draft(me: string, particleSignature: Uint8Array, peersMax: number): RecordLog | undefined {
    this.#inUse = this.#valuesInUse();
    if (this.#added.length === 0) return undefined;
    const known = this.#logs.get(me);
    requirePeers(this.#logs.size + (known === undefined ? 1 : 0), peersMax);
    return (known ?? RecordLog.empty(particleSignature, me)).extended(this.#added);
  }

  /** The new data, after {@link draft}. @param own The log of this peer, if this run has added to it, signed. */
  conclude(own: RecordLog | undefined): Data {
    const logs = own === undefined ? this.#logs : new Map(this.#logs).set(own.peerId, own);
    for (const state of this.#prev.states.values()) {
      const { key } = state.site;
      if (!this.#states.has(key) && this.#superseded?.has(key) !== true) this.keep(state);
    }
    return {
      lastRequestId: this.#lastRequestId,
      states: this.#states,
      logs,
      values: (this.#inUse ??= this.#valuesInUse()),
    };
  }

  /** Known values, and values that new records name. Unused values are not passed on. */
  #valuesInUse(): ReadonlyMap<string, Value> {
    if (this.#news === undefined && this.#added.length === 0) return this.#prev.values;
    const inUse = new Map(this.#prev.values);
    const use = ({ record: { responseHash } }: SealedRecord): void => {
      const added = this.#values.get(responseHash);
      const arrived = added === undefined ? this.#current.values.get(responseHash) : undefined;
      if (added !== undefined) inUse.set(responseHash, added);
      else if (arrived?.mark === this.#mark) inUse.set(responseHash, arrived);
    };
    for (const { log, known } of this.#news?.values() ?? [])
      for (let at = known; at < log.count; at++) use(log.at(at));
    for (const sealed of this.#added) use(sealed);
    return inUse;
  }
}

let marks = 0;
/**
 * A number that no other ledger has. Records and values that a run uses are marked with it, since they outlive the run: a set of them
 * takes longer to make than all else that is done with a record.
 */
const newMark = (): number => (marks += 1);

/** @throws {RunError} 10 for data with the logs of more peers than are allowed: each costs a signature. */
export function requirePeers(count: number, max: number): void {
  if (count > max)
    throw new RunError(
      'sizeLimit',
      `logs of \`${count}\` peers, where \`${max}\` are allowed in one set of data`,
    );
}

/** Each request had its own id: ids from before this peer lost its data are not used again. */
function callsIn(log: RecordLog): number {
  let calls = 0;
  for (let at = 0; at < log.count; at++) if (log.at(at).record.kind === 'call') calls += 1;
  return calls;
}
