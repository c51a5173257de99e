import type { Instruction } from '../air-grammar/index.ts';
import { utf8 } from '../base/bytes.ts';
import { sizeForAnswers, withoutNewest } from './answers.ts';
import { begin } from './executor/begin.ts';
import { Run, type HostResult } from './executor/run.ts';
import { RetCode, RunError, type ScriptError } from './errors.ts';
import { callResultsOf, limitsOf, unprocessed } from './host-input.ts';
import { particleKeyOf } from './log/known-logs.ts';
import type { Limits } from './limits.ts';
import { mergeLogs } from './log/merge.ts';
import type { RecordLog } from './log/record-log.ts';
import type { Outcome } from './outcome.ts';
import type { PrepareInput } from './params.ts';
import { scriptOf } from './script-cache.ts';
import { Ledger, requirePeers } from './trace/ledger.ts';
import { encodeUnsigned, type UnsignedData } from './trace/codec.ts';
import { decodeRecent, rememberData } from './trace/recent-data.ts';
import { verifyValues } from './trace/verify.ts';

/** A run that has happened but for its signature. */
export interface Transition {
  /** 32 bytes that this peer must sign; nothing if the run states nothing new. */
  readonly head: Uint8Array | undefined;
  /** @param signature 64 bytes over `head`; nothing where there is no head. */
  conclude(signature: Uint8Array | undefined): Outcome;
}

/**
 * The security argument: each line may rely on all lines above it.
 *
 * @param requireSigner Called before the script runs; may throw.
 * @throws {RunError} If the run did not happen.
 */
export function transition(input: PrepareInput, requireSigner: () => void = () => undefined): Transition {
  const { params } = input;
  const { particleSignature, currentPeerId } = params;
  const limits = limitsOf(params);
  requireSize('air', input.air, limits.airSizeBytes);
  requireSize('Current_data particle', input.currentData, limits.dataSizeBytes);
  const prev = decodeRecent(input.prevData, particleSignature, 'previous');
  const current = decodeRecent(input.currentData, particleSignature, 'current', prev);
  requirePeers(current.logs.size, limits.peers);
  const logs = mergeLogs(prev.logs, current.logs, particleKeyOf(particleSignature)); // keys, signatures: from here on records are their signers' words, and no peer told two stories
  requirePeers(logs.size, limits.peers);
  verifyValues(current);
  const script = scriptOf(input.air);
  const results = callResultsOf(input.callResults, limits);
  requireSigner(); // it is we who sign

  const ledger = (): Ledger => new Ledger(prev, current, logs, currentPeerId);
  const attempt = (answers: ReadonlyMap<number, HostResult>): Attempt => {
    const first = new Run({ ...params, limits }, ledger(), new Map(answers));
    const { run, error } = walk(first, script.root, ledger); // each record is held against the call at its site
    run.ledger.requireAllReached(); // nothing arrived that the script did not ask for
    run.streams.compactAll();
    const draft = run.ledger.draft(currentPeerId, particleSignature, limits.peers); // one signature for all that we add
    return { run, error, draft, unsigned: encodeUnsigned(run.ledger.conclude(draft), draft) };
  };
  const { run, error, draft, unsigned } = fitting(attempt, results, limits);
  return {
    head: draft?.head,
    conclude(signature) {
      const data = unsigned.bytes.slice();
      if (signature !== undefined) data.set(signature, unsigned.signatureAt);
      rememberData(data, run.ledger.conclude(signature && draft?.signed(signature)), particleSignature);
      return {
        ...verdict(run, error),
        data,
        nextPeerIds: [...run.nextPeerIds],
        callRequests: run.callRequests,
      };
    },
  };
}

interface Attempt {
  readonly run: Run;
  readonly error: ScriptError | undefined;
  readonly draft: RecordLog | undefined;
  readonly unsigned: UnsignedData;
}

/**
 * A run whose data no peer of equal limits refuses for its size: if it is too large, the newest answers do not count, and if that is not
 * enough, none. Only this one is signed.
 *
 * @throws {RunError} 10 if the data is too large without them.
 */
function fitting(
  attempt: (answers: ReadonlyMap<number, HostResult>) => Attempt,
  results: ReadonlyMap<number, HostResult>,
  limits: Limits,
): Attempt {
  let last = attempt(results);
  let answers = results;
  for (const part of ['newest', 'all']) {
    const { run, unsigned } = last;
    const excess = unsigned.bytes.length - sizeForAnswers(limits);
    if (excess <= 0) return last;
    const fewer = withoutNewest(
      answers,
      id => !run.results.has(id),
      part === 'all' ? Infinity : excess,
      limits,
    );
    if (fewer === undefined) break;
    answers = fewer;
    last = attempt(answers);
  }
  requireSize('New data', last.unsigned.bytes, limits.dataSizeBytes);
  return last;
}

/** Once, and again from the start for what a canon lists but this peer came to only later. */
function walk(
  first: Run,
  root: Instruction,
  ledger: () => Ledger,
): { run: Run; error: ScriptError | undefined } {
  const results = new Map(first.results);
  for (let run = first; ;) {
    const error = run.execute(root, begin);
    if (!run.foreseen.shouldWalkAgain()) return { run, error };
    run = new Run(run.facts, ledger(), new Map(results), run.foreseen, run.budget.forNextWalk());
  }
}

/** A catchable error that nothing caught ends the script, not the particle: data, calls and next peers stand. */
function verdict(run: Run, error: ScriptError | undefined): { retCode: number; errorMessage: string } {
  if (error !== undefined) return { retCode: error.code, errorMessage: error.message };
  if (run.results.size > 0)
    return { retCode: RetCode.unprocessedCallResults, errorMessage: unprocessed(run.results) };
  return { retCode: RetCode.success, errorMessage: '' };
}

/** The run did not happen: what was known before is what is known now. */
export function refused({ prevData }: PrepareInput, { retCode, message }: RunError): Outcome {
  return { retCode, errorMessage: message, data: prevData, nextPeerIds: [], callRequests: new Map() };
}

function requireSize(what: string, input: string | Uint8Array, limit: number): void {
  if (input.length > limit || (typeof input === 'string' && input.length * 3 > limit)) {
    const size = typeof input === 'string' ? utf8(input).length : input.length;
    if (size > limit) {
      throw new RunError(
        'sizeLimit',
        `${what} size: ${size} bytes is bigger than the limit allowed: ${limit} bytes`,
      );
    }
  }
}
