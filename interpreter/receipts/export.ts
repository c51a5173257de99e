import { NO_BYTES, utf8 } from '../../base/bytes.ts';
import { verifySignature } from '../keys/key-pair.ts';
import type { Logs } from '../log/merge.ts';
import type { RecordLog } from '../log/record-log.ts';
import { decodeData } from '../trace/codec.ts';
import type { Data } from '../trace/data.ts';
import { encodeEvidence, verifyEquivocation } from './evidence.ts';
import { encodeReceipt, receiptClaims, verifyReceipt, type Receipt, type ReceiptClaims } from './receipt.ts';
import { ReceiptError } from './receipt-error.ts';
import { verifySignedParticle, type SignedParticle } from './signed-particle.ts';
import { statementAt, verifyLog, type Statement } from './statement.ts';

/** Which record: by who made it and where, or by its leaf hash (hex); together with `peerId` that names one record. */
export type RecordReference =
  { readonly peerId: string; readonly site: string } | { readonly record: string; readonly peerId?: string };

/** What a receipt carries besides the hashes. */
export interface ReceiptOptions {
  /** Whether the receipt carries the result itself, where the data has it. Default: yes. */
  readonly withValue?: boolean;
  /** Canonical JSON of the argument array, such as `argumentsJson` of the call request; data holds no arguments. */
  readonly argumentsJson?: string;
}

/**
 * Takes one result out of a particle's data, as a receipt that a stranger can verify with `verifyReceipt`. Many of one set of data are
 * taken faster when it is decoded once, with `decodeData`.
 *
 * @param data     What `execute` gave, or what arrived: it is not trusted.
 * @param particle The header of the particle that carried it.
 * @throws {ReceiptError} ERR_RECEIPT_UNKNOWN if the data has no such record; any other code if the receipt would prove nothing.
 * @throws {RunError} If this is not data.
 * @spec docs/spec/receipt.md
 * @example exportReceipt(outcome.data, particle, { peerId, site: '3' }, { argumentsJson: request.argumentsJson })
 */
export function exportReceipt(
  data: Uint8Array | Data,
  particle: SignedParticle,
  name: RecordReference,
  options: ReceiptOptions = {},
): Uint8Array {
  const known = data instanceof Uint8Array ? decoded(data, particle) : data;
  const receipt = receiptAt(known, particle, requirePlace(known, name), options);
  return verified(verifyReceipt, encodeReceipt(receipt));
}

/**
 * What the receipts of many results say, without making them: the particle is verified once, and each log. Takes a time that grows with
 * the number of results, and not with its square.
 *
 * @returns Claims in the order of `wanted`: what `verifyReceipt` gives for each receipt.
 * @throws {ReceiptError} As {@link exportReceipt}.
 * @example listReceipts(data, particle, [{ name: { peerId, site: '3' } }])[0]?.valueJson
 */
export function listReceipts(
  data: Data,
  particle: SignedParticle,
  wanted: readonly (ReceiptOptions & { readonly name: RecordReference })[],
): ReceiptClaims[] {
  verifySignedParticle(particle);
  const verifiedLogs = new Set<RecordLog>();
  return wanted.map(({ name, ...options }) => {
    const place = requirePlace(data, name);
    if (!verifiedLogs.has(place.log)) verifyLog(place.log);
    verifiedLogs.add(place.log);
    return receiptClaims(receiptAt(data, particle, place, options));
  });
}

function receiptAt(
  { values }: Data,
  particle: SignedParticle,
  place: Place,
  { withValue = true, argumentsJson = '' }: ReceiptOptions,
): Receipt {
  const statement = placed(place);
  const value = withValue ? values.get(statement.record.responseHash) : undefined;
  return { particle, statement, value: value?.bytes ?? NO_BYTES, arguments: utf8(argumentsJson) };
}

function requirePlace({ logs }: Data, name: RecordReference): Place {
  const place = placeOf(logs, name);
  if (place === undefined)
    throw new ReceiptError('ERR_RECEIPT_UNKNOWN', 'this data has no such record', { ...name });
  return place;
}

/**
 * Looks for two statements of one peer that no honest peer signs both, in what several sources said of one particle: what a peer
 * has, and what it refused with code 14.
 *
 * @returns Evidence for `verifyEquivocation`; `undefined` if there is none: each log begins the other logs of its peer.
 * @throws {ReceiptError} If the evidence would prove nothing. @throws {RunError} If one of the sources is not data.
 * @spec docs/spec/receipt.md#evidence
 * @example const evidence = exportEquivocation([outcome.data, refusedData], particle);
 */
export function exportEquivocation(
  sources: readonly Uint8Array[],
  particle: SignedParticle,
): Uint8Array | undefined {
  const all = sources.map(source => decoded(source, particle).logs);
  for (const peerId of new Set(all.flatMap(logs => [...logs.keys()]))) {
    const statements = conflictOf(all.flatMap(logs => logs.get(peerId) ?? []).filter(isSigned));
    if (statements !== undefined)
      return verified(verifyEquivocation, encodeEvidence({ particle, statements }));
  }
  return undefined;
}

const decoded = (data: Uint8Array, { signature }: SignedParticle): Data =>
  decodeData(data, signature, 'exported');

/** Records with a wrong signature are left out: they must not hide what the peer did sign. */
const isSigned = ({ peerId, head, signature }: RecordLog): boolean =>
  verifySignature(peerId, head, signature);

interface Place {
  readonly log: RecordLog;
  readonly index: number;
}

const placed = ({ log, index }: Place): Statement => statementAt(log, index);

function placeOf(logs: Logs, name: RecordReference): Place | undefined {
  const own = name.peerId === undefined ? undefined : logs.get(name.peerId);
  for (const log of name.peerId === undefined ? logs.values() : own === undefined ? [] : [own]) {
    const index =
      'record' in name ? log.records.findIndex(({ hash }) => hash === name.record) : log.find(name.site);
    if (index !== undefined && index >= 0) return { log, index };
  }
  return undefined;
}

/** Of all logs of one peer. One site with two answers says more than one place with two records, so it is looked for first. */
function conflictOf(logs: readonly RecordLog[]): readonly [Statement, Statement] | undefined {
  for (const log of logs) {
    const { repeat } = log;
    if (repeat !== undefined) return [statementAt(log, repeat.first), statementAt(log, repeat.second)];
  }
  // If two logs part, one of them parts from the longest.
  const log = logs.reduce<RecordLog | undefined>(
    (a, b) => (a === undefined || b.count > a.count ? b : a),
    undefined,
  );
  if (log === undefined) return undefined;
  let history: readonly [Place, Place] | undefined;
  for (const other of logs) {
    const index = log.commonWith(other);
    if (index === Math.min(log.count, other.count)) continue;
    const moved = differentAnswers(log, other, index);
    if (moved !== undefined) return [placed(moved[0]), placed(moved[1])];
    history ??= [
      { log, index },
      { log: other, index },
    ];
  }
  return history && [placed(history[0]), placed(history[1])];
}

/** A site that two logs disagree about, from the first difference on: it has two records, or two places. */
function differentAnswers(log: RecordLog, other: RecordLog, from: number): [Place, Place] | undefined {
  for (let index = from; index < log.count; index++) {
    const known = log.at(index);
    const at = other.find(known.record.site.key);
    if (at === undefined || (at === index && other.at(at).equals(known))) continue;
    return [
      { log, index },
      { log: other, index: at },
    ];
  }
  return undefined;
}

/** Verifies what is exported: any receiver gets the same result. */
function verified(verify: (bytes: Uint8Array) => unknown, bytes: Uint8Array): Uint8Array {
  verify(bytes);
  return bytes;
}
