import { RunError } from '../errors.ts';
import { STATES_MAX, UINT32_MAX } from '../limits.ts';
import { encodeRecord, type CallRecord } from '../provenance/call-record.ts';
import { cidOf } from '../provenance/cid.ts';
import type { Signer } from '../provenance/key-pair.ts';
import {
  extendChain,
  headBytes,
  headOf,
  lastHead,
  recordCount,
  recordsBySite,
  type RecordBatch,
  type RecordChain,
  type SealedRecord,
} from '../provenance/record-batch.ts';
import type { Site, SiteKey } from '../provenance/site.ts';
import type { Age } from '../collections/stream.ts';
import type { Value } from '../values/value.ts';
import type { Data } from './data.ts';
import { mergeChains } from './merge.ts';
import type { State } from './state.ts';

/**
 * What is known before a run and what the run adds: the only thing through which instructions touch data.
 *
 * Everything is found by site. A state or record therefore means the same whatever the order in which data arrived, and
 * merging two sets of data is their union.
 */
export class Ledger {
  readonly #prev: Data;
  readonly #current: Data;
  readonly #chains: Map<string, RecordChain>;
  readonly #records = new Map<string, ReadonlyMap<SiteKey, SealedRecord>>();
  /** Whether records have arrived: then the script must ask for all that are new. */
  readonly #hasNews: boolean;
  readonly #reached = new Set<SealedRecord>();
  readonly #values = new Map<string, Value>();
  readonly #trace = new Map<SiteKey, State>();
  readonly #added: SealedRecord[] = [];
  #lastRequestId: number;

  /** @throws {RunError} If the two sides prove that a peer told two stories. */
  constructor(prev: Data, current: Data) {
    this.#prev = prev;
    this.#current = current;
    this.#chains = mergeChains(prev, current);
    this.#lastRequestId = prev.lastRequestId;
    for (const chain of this.#chains.values()) this.#records.set(chain.peerId, recordsBySite(chain));
    this.#hasNews = current.chains.size > 0;
  }

  /** The record in which `peerId` states the outcome of this site. */
  recordAt(site: Site, peerId: string): SealedRecord | undefined {
    const found = this.#records.get(peerId)?.get(site.key);
    if (found !== undefined && this.#hasNews) this.#reached.add(found);
    return found;
  }

  /**
   * The value under a record's response hash; from then on part of the data. One that has arrived is looked into at once, whoever
   * uses it later: or an honest peer would pass on what the next one refuses.
   */
  responseOf({ record }: SealedRecord): Value {
    const hash = record.responseHash;
    const known = this.#values.get(hash) ?? this.#prev.values.get(hash);
    const value = known ?? this.#current.values.get(hash);
    if (known === undefined) value?.requireJson();
    if (value === undefined) {
      throw new RunError('valueNotFound', `value for CID \`${cidOf(hash)}\` not found`, {
        site: record.site.key,
      });
    }
    this.#values.set(hash, value);
    return value;
  }

  /**
   * What is known of a site without a record. Request ids mean something to the peer that gave them only: an own id that came
   * from outside is no pending request, or a result could be made the answer to another call.
   */
  stateAt(site: Site): State | undefined {
    const own = this.#prev.trace.get(site.key);
    if (own !== undefined) return own;
    const foreign = this.#current.trace.get(site.key);
    return foreign?.kind === 'pending' ? { kind: 'requested', site: foreign.site, by: foreign.by } : foreign;
  }

  /** @throws {RunError} 10 if the data would have more states than others take. */
  keep(state: State): void {
    this.#trace.set(state.site.key, state);
    if (this.#trace.size > STATES_MAX)
      throw new RunError('sizeLimit', `more than the allowed ${STATES_MAX} states in one set of data`);
  }

  /** Records that a value was put into a stream here, and says of what age it is. */
  put(site: Site): { age: Age; state: { kind: 'put'; site: Site; generation: number } } {
    const own = this.#prev.trace.get(site.key);
    const foreign = this.#current.trace.get(site.key);
    const known = own?.kind === 'put' ? own : foreign?.kind === 'put' ? foreign : undefined;
    const state = { kind: 'put' as const, site: known?.site ?? site, generation: known?.generation ?? 0 };
    this.keep(state);
    return { age: known === undefined ? 'new' : known === own ? 'previous' : 'current', state };
  }

  /** @throws {RunError} 10 if there is none: ids are never used again. */
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
    const sealed = { record, bytes: encodeRecord(record) };
    this.#added.push(sealed);
    if (value !== undefined) this.#values.set(record.responseHash, value);
    return sealed;
  }

  /**
   * Records that the script never asks for prove nothing and would be passed on for ever: data that brings any is refused.
   *
   * @throws {RunError} 20021 naming the first one.
   */
  requireAllReached(): void {
    for (const chain of this.#chains.values()) {
      let known = this.#prev.chains.get(chain.peerId)?.batches.length ?? 0;
      for (; known < chain.batches.length; known++) {
        for (const sealed of (chain.batches[known] as RecordBatch).records) {
          if (this.#reached.has(sealed)) continue;
          const { peerId, site, serviceId, functionName } = sealed.record;
          throw new RunError(
            'recordNotReached',
            `\`${peerId}\` recorded \`${serviceId}.${functionName}\` at site \`${site.key}\`, where this script has no such call of that peer`,
            { peerId, site: site.key, serviceId, functionName },
          );
        }
      }
    }
  }

  /** The new data: one signature covers all that this run added. */
  conclude(particleSignature: Uint8Array, signer: Signer): Data {
    if (this.#added.length > 0) this.#sign(particleSignature, signer);
    for (const [key, state] of this.#prev.trace) if (!this.#trace.has(key)) this.keep(state);
    return {
      lastRequestId: this.#lastRequestId,
      trace: this.#trace,
      chains: this.#chains,
      values: this.#valuesInUse(),
    };
  }

  #sign(particleSignature: Uint8Array, signer: Signer): void {
    const { peerId } = signer;
    const chain = this.#chains.get(peerId);
    const previous = lastHead(chain);
    const count = recordCount(chain) + this.#added.length;
    const head = headOf(particleSignature, peerId, previous, count, this.#added);
    const batch = { previous, records: this.#added, signature: signed(signer, headBytes(head)), head };
    this.#chains.set(peerId, extendChain(peerId, chain, batch));
  }

  /** What was known, and what new records name. Values that nothing has asked for are not carried on. */
  #valuesInUse(): ReadonlyMap<string, Value> {
    const { chains, values } = this.#prev;
    const inUse = new Map(values);
    for (const chain of this.#chains.values()) {
      for (let at = chains.get(chain.peerId)?.batches.length ?? 0; at < chain.batches.length; at++) {
        for (const { record } of (chain.batches[at] as RecordBatch).records) {
          const value = this.#values.get(record.responseHash);
          if (value !== undefined) inUse.set(record.responseHash, value);
        }
      }
    }
    return inUse;
  }
}

/** A signer of the host's own may fail; then nothing of the run has happened. */
function signed(signer: Signer, message: Uint8Array): Uint8Array {
  try {
    const signature = signer.sign(message);
    if (signature instanceof Uint8Array && signature.length === 64) return signature;
  } catch (failure) {
    throw new RunError('signingFailed', `failed to sign data: ${String(failure)}`);
  }
  throw new RunError('signingFailed', 'failed to sign data: the signer gave no signature of 64 bytes');
}
