import { begin } from '../executor/begin.ts';
import { Run } from '../executor/run.ts';
import type { Limits } from '../limits.ts';
import { particleKeyOf } from '../log/known-logs.ts';
import { mergeLogs } from '../log/merge.ts';
import type { RecordLog } from '../log/record-log.ts';
import type { SealedRecord } from '../log/sealed-record.ts';
import type { SourcedValue } from '../provenance/sourced-value.ts';
import type { SignedParticle } from '../receipts/signed-particle.ts';
import { scriptOf } from '../script-cache.ts';
import { EMPTY_DATA, type Data } from '../trace/data.ts';
import { Ledger, requirePeers } from '../trace/ledger.ts';
import { verifyValues } from '../trace/verify.ts';
import type { Value } from '../values/value.ts';
import { ProofError } from './proof-error.ts';

/** What a walk up to one call gives. */
export interface ReachedCall {
  readonly log: RecordLog;
  readonly sealed: SealedRecord;
  readonly args: readonly SourcedValue[];
}

export interface WalkInput {
  readonly particle: SignedParticle;
  /** Of the call. */
  readonly peerId: string;
  readonly site: string;
  readonly data: Data;
  readonly limits: Limits;
}

/** Holds keys and signatures of all logs, and the names of all values. @throws {RunError} As a run does that meets such data. */
export function requireTrueData(data: Data, { signature }: SignedParticle, limits: Limits): void {
  requirePeers(data.logs.size, limits.peers);
  mergeLogs(EMPTY_DATA.logs, data.logs, particleKeyOf(signature));
  verifyValues(data);
}

/** Ends a walk that has got where it must. */
class Arrived extends Error {}

/**
 * Runs a script again over verified logs, as its peer would, up to one call. Nothing is performed and nothing is signed: each record on the
 * way is held against the call at its site, as in any run.
 *
 * Stops at the call, unless a canon before it lists what the script puts into its stream only later: then the rest must confirm it.
 *
 * @param sealed Gives the value for a hash (hex) that `data` does not have.
 * @throws {RunError} As `execute` does. @throws {ProofError} ERR_PROOF_UNREACHED if the script does not get there.
 */
export function walkTo(
  { particle, peerId, site, data, limits }: WalkInput,
  sealed: (hash: string) => Value,
): ReachedCall {
  const { root } = scriptOf(particle.script);
  const log = data.logs.get(peerId);
  let reached: ReachedCall | undefined;
  const explain = (by: string, record: SealedRecord, args: readonly SourcedValue[]): void => {
    if (by !== peerId || record.record.site.key !== site || log === undefined) return;
    reached = { log, sealed: record, args };
    if (run.foreseen.isSettled) throw new Arrived();
  };
  const { initPeerId, timestamp, ttl } = particle;
  const facts = { initPeerId, currentPeerId: peerId, timestamp, ttl, limits, explain };
  const ledger = (): Ledger => new Ledger(EMPTY_DATA, data, data.logs, peerId, sealed);
  let run = new Run(facts, ledger(), new Map());
  for (;;) {
    try {
      run.execute(root, begin);
    } catch (end) {
      if (!(end instanceof Arrived)) throw end;
      break;
    }
    if (!run.foreseen.shouldWalkAgain()) break;
    reached = undefined;
    run = new Run(facts, ledger(), new Map(), run.foreseen, run.budget.forNextWalk());
  }
  if (reached !== undefined) return reached;
  throw new ProofError(
    'ERR_PROOF_UNREACHED',
    `the script reaches no call of \`${peerId.slice(0, 80)}\` at site \`${site.slice(0, 80)}\` that this peer has recorded`,
    { peerId: peerId.slice(0, 80), site: site.slice(0, 80) },
  );
}
