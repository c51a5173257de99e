import { equalBytes } from '../../base/bytes.ts';
import type { CallRecord, Data, RecordBatch, RecordChain } from '../../interpreter/index.ts';
import { idOf } from '../support/cast.ts';
import { requireThat } from './invariants.ts';
import { nameOf } from './signing.ts';
import type { Truth } from './truth.ts';

/** What was known, what arrived, and what is known now, on the peer of one who is honest. */
export interface Change {
  readonly victim: string;
  readonly mallory: readonly string[];
  readonly truth: Truth;
  readonly prev: Data;
  readonly current: Data;
  readonly next: Data;
}

/** Nobody speaks for an honest peer: in data that was accepted each history is its peer's own word. */
export function requireHonestRecords(change: Change, hostIsHonest = true): void {
  const { victim, mallory, truth, prev, current, next } = change;
  for (const [peerId, known] of prev.chains)
    requireThat(begins(known, next.chains.get(peerId)), `what was known of ${nameOf(peerId)} stays`);
  for (const [peerId, chain] of next.chains) {
    const name = nameOf(peerId);
    if (name === victim) requireOwn(change, chain, hostIsHonest);
    else if (mallory.includes(name)) {
      const isHers = [prev, current].some(data => same(chain, data.chains.get(peerId)));
      requireThat(isHers, `the history of ${name} is what mallory has signed`);
    } else
      requireThat(
        begins(chain, truth.chains.get(peerId)),
        `the history of ${name} begins what ${name} has signed`,
      );
  }
}

/** What was known, and one batch for what the host has answered in this run. */
function requireOwn({ victim, truth, prev }: Change, { batches }: RecordChain, hostIsHonest: boolean): void {
  const known = prev.chains.get(idOf(victim))?.batches.length ?? 0;
  requireThat(batches.length <= known + 1, 'one run signs once');
  if (!hostIsHonest) return;
  for (const { record } of batches[known]?.records ?? []) requireTrue(record, truth);
}

/** A record of what was asked and answered; a canon is its peer's to decide. */
function requireTrue(record: CallRecord, truth: Truth): void {
  if (record.kind === 'canon') return;
  const fact = truth.factOf(record);
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

/** Whether all batches of one history stand at the beginning of another, to the byte. */
function begins(chain: RecordChain, other: RecordChain | undefined): boolean {
  return chain.batches.every((batch, i) => sameBatch(batch, other?.batches[i]));
}

const same = (chain: RecordChain, other: RecordChain | undefined): boolean =>
  chain.batches.length === other?.batches.length && begins(chain, other);

/** Heads are computed from the bytes of the records. */
const sameBatch = (batch: RecordBatch, other: RecordBatch | undefined): boolean =>
  other !== undefined && batch.head === other.head && equalBytes(batch.signature, other.signature);
