import { equalBytes, NO_BYTES, toHex, utf8 } from '../../base/bytes.ts';
import { encodeEvidence, verifyEquivocation } from '../provenance/equivocation.ts';
import { verifySignature } from '../provenance/key-pair.ts';
import { leafHash, merklePath } from '../provenance/merkle.ts';
import { encodeReceipt, verifyReceipt } from '../provenance/receipt.ts';
import { ReceiptError } from '../provenance/receipt-error.ts';
import {
  FIRST_PREVIOUS,
  headBytes,
  recordCount,
  type RecordBatch,
  type RecordChain,
  type SealedRecord,
} from '../provenance/record-batch.ts';
import type { SignedParticle } from '../provenance/signed-particle.ts';
import type { Statement } from '../provenance/statement.ts';
import type { SiteKey } from '../provenance/site.ts';
import { decodeData } from './codec.ts';

/** Which record: by who made it and where, or by its hash (hex), as origins name it. */
export type RecordName = { readonly peerId: string; readonly site: string } | { readonly record: string };

export interface ReceiptOptions {
  /** Whether the receipt carries the result itself, where the data has it. Default: yes. */
  readonly withValue?: boolean;
  /** Canonical JSON of the argument array, such as `argumentsJson` of the call request; data holds no arguments. */
  readonly argumentsJson?: string;
}

/**
 * Takes one result out of a particle's data, as a receipt that a stranger can verify with `verifyReceipt`.
 *
 * @param data     What `execute` gave, or what arrived: it is not trusted.
 * @param particle The header of the particle that carried it.
 * @throws {ReceiptError} ERR_RECEIPT_UNKNOWN if the data has no such record; any other code if the receipt would prove nothing.
 * @throws {RunError} If this is no data.
 * @spec docs/spec/receipt.md
 */
export function exportReceipt(
  data: Uint8Array,
  particle: SignedParticle,
  name: RecordName,
  options: ReceiptOptions = {},
): Uint8Array {
  const { chains, values } = decodeData(data, particle.signature, 'exported');
  const place = [...chains.values()].flatMap(placesOf).find(({ sealed }) => isNamed(name, sealed));
  if (place === undefined)
    throw new ReceiptError('ERR_RECEIPT_UNKNOWN', 'this data has no such record', { ...name });
  const value = options.withValue === false ? undefined : values.get(place.sealed.record.responseHash);
  return verified(
    verifyReceipt,
    encodeReceipt({
      particle,
      statement: statementAt(place),
      value: value?.bytes ?? NO_BYTES,
      arguments: utf8(options.argumentsJson ?? ''),
    }),
  );
}

/**
 * Looks for two statements of one peer that no honest peer signs both, in what several sources said of one particle: what a peer
 * has, and what it refused with code 14.
 *
 * @returns Evidence for `verifyEquivocation`; `undefined` if there is none: one of the histories may begin the other.
 * @throws {ReceiptError} If the evidence would prove nothing. @throws {RunError} If one of the sources is no data.
 * @spec docs/spec/receipt.md#evidence
 */
export function exportEquivocation(
  sources: readonly Uint8Array[],
  particle: SignedParticle,
): Uint8Array | undefined {
  const histories = sources.map(source => decodeData(source, particle.signature, 'exported').chains);
  for (const peerId of new Set(histories.flatMap(chains => [...chains.keys()]))) {
    const places = histories.flatMap(chains => chains.get(peerId) ?? []).flatMap(signedPlaces);
    const statements = differentAnswers(places) ?? differentHistories(places);
    if (statements !== undefined)
      return verified(verifyEquivocation, encodeEvidence({ particle, statements }));
  }
  return undefined;
}

type Conflict = readonly [Statement, Statement];

/** Two records for one site: says more than two heads do. */
function differentAnswers(places: readonly Place[]): Conflict | undefined {
  const first = new Map<SiteKey, Place>();
  for (const place of places) {
    const { key } = place.sealed.record.site;
    const known = first.get(key);
    if (known === undefined) first.set(key, place);
    else if (!equalBytes(known.sealed.bytes, place.sealed.bytes))
      return [statementAt(known), statementAt(place)];
  }
  return undefined;
}

/** Two batches after one head. */
function differentHistories(places: readonly Place[]): Conflict | undefined {
  const first = new Map<string, Place>();
  for (const place of places) {
    const { previous, head } = batchOf(place);
    const known = first.get(previous);
    if (known === undefined) first.set(previous, place);
    else if (batchOf(known).head !== head) return [statementAt(known), statementAt(place)];
  }
  return undefined;
}

/** A record in the history of its peer. */
interface Place {
  readonly chain: RecordChain;
  readonly batch: number;
  readonly index: number;
  readonly sealed: SealedRecord;
}

const batchOf = ({ chain, batch }: Place): RecordBatch => chain.batches[batch] as RecordBatch;

const placesOf = (chain: RecordChain): Place[] =>
  chain.batches.flatMap(({ records }, batch) =>
    records.map((sealed, index) => ({ chain, batch, index, sealed })),
  );

/** What somebody else wrote in the peer's name is left out: it must not hide what the peer did sign. */
function signedPlaces(chain: RecordChain): Place[] {
  const { peerId, batches } = chain;
  const isSigned = batches.map(
    ({ previous, head, signature }, at) =>
      previous === (batches[at - 1]?.head ?? FIRST_PREVIOUS) &&
      verifySignature(peerId, headBytes(head), signature),
  );
  return placesOf(chain).filter(({ batch, sealed }) => isSigned[batch] && sealed.record.peerId === peerId);
}

function isNamed(name: RecordName, { record, bytes }: SealedRecord): boolean {
  return 'record' in name
    ? toHex(leafHash(bytes)) === name.record
    : record.peerId === name.peerId && record.site.key === name.site;
}

function statementAt(place: Place): Statement {
  const { chain, batch: at, index, sealed } = place;
  const { records, previous, signature } = batchOf(place);
  const leaves = records.map(({ bytes }) => leafHash(bytes));
  return {
    ...sealed,
    index,
    size: records.length,
    path: merklePath(leaves, index),
    previous,
    count: recordCount({ ...chain, batches: chain.batches.slice(0, at + 1) }),
    signature,
  };
}

/** What leaves here proves something: whoever gets it finds the same. */
function verified(verify: (bytes: Uint8Array) => unknown, bytes: Uint8Array): Uint8Array {
  verify(bytes);
  return bytes;
}
