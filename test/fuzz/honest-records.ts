import { equalBytes } from '../../base/bytes.ts';
import type { CallRecord, Data, RecordLog } from '../../interpreter/index.ts';
import { idOf } from '../support/cast.ts';
import { requireThat } from './invariants.ts';
import { nameOf } from './signing.ts';
import type { Truth } from './truth.ts';

/** The previous data, the data that arrived, and the new data of an honest peer. */
export interface Change {
  readonly victim: string;
  readonly mallory: readonly string[];
  readonly truth: Truth;
  readonly prev: Data;
  readonly current: Data;
  readonly next: Data;
}

/** No peer can sign for an honest peer: in accepted data, each log holds only what its peer signed. */
export function requireHonestRecords(change: Change, hostIsHonest = true): void {
  const { victim, mallory, truth, prev, current, next } = change;
  for (const [peerId, known] of prev.logs)
    requireThat(begins(known, next.logs.get(peerId)), `what was known of ${nameOf(peerId)} stays`);
  for (const [peerId, log] of next.logs) {
    const name = nameOf(peerId);
    if (name === victim) requireOwn(change, log, hostIsHonest);
    else if (mallory.includes(name)) {
      const isHers = [prev, current].some(data => same(log, data.logs.get(peerId)));
      requireThat(isHers, `the log of ${name} is what mallory has signed`);
    } else
      requireThat(begins(log, truth.logs.get(peerId)), `the log of ${name} begins what ${name} has signed`);
  }
}

/** What was known here or to others, and what the host has answered in this run. */
function requireOwn({ victim, truth, prev, current }: Change, log: RecordLog, hostIsHonest: boolean): void {
  const known = Math.max(prev.logs.get(idOf(victim))?.count ?? 0, current.logs.get(idOf(victim))?.count ?? 0);
  if (!hostIsHonest) return;
  for (const { record } of log.records.slice(known)) requireTrue(record, victim, truth);
}

/** A record of a real call and its real result; a canon's content is chosen by its peer. */
function requireTrue(record: CallRecord, victim: string, truth: Truth): void {
  if (record.kind === 'canon') return;
  const fact = truth.factOf(idOf(victim), record);
  const told = `${record.serviceId}.${record.functionName} at ${record.site.key}`;
  requireThat(fact !== undefined, `the victim signs what it was asked: ${told}`);
  requireThat(
    (record.outcome === 'ok') === (fact.result !== undefined),
    `the victim signs how it ended: ${told}`,
  );
  requireThat(
    record.outcome === 'failed' || record.responseHash === fact.resultHash,
    `the victim signs what it has answered: ${told}`,
  );
}

/** Whether all records of one log stand at the beginning of another, to the byte. */
const begins = (log: RecordLog, other: RecordLog | undefined): boolean =>
  other !== undefined &&
  log.records.every(({ bytes }, i) => i < other.count && equalBytes(bytes, other.at(i).bytes));

const same = (log: RecordLog, other: RecordLog | undefined): boolean =>
  log.count === other?.count && begins(log, other) && equalBytes(log.signature, other.signature);
