import { positionOf, type Instruction } from '../air-grammar/index.ts';
import { utf8Size } from '../base/bytes.ts';
import { sizeForAnswers, withoutNewest } from './answers.ts';
import { begin } from './executor/begin.ts';
import { Run, type HostResult } from './executor/run.ts';
import { RetCode, RunError, type ScriptError } from './errors.ts';
import { callResultsOf, limitsOf, unprocessed } from './host-input.ts';
import { particleKeyOf } from './log/known-logs.ts';
import { mergeLogs } from './log/merge.ts';
import type { RecordLog } from './log/record-log.ts';
import type { Limits } from './limits.ts';
import type { Outcome, UncaughtFailure } from './outcome.ts';
import type { PrepareInput } from './params.ts';
import { scriptOf } from './script-cache.ts';
import { Ledger, requirePeers } from './trace/ledger.ts';
import { encodeData } from './trace/codec.ts';
import { decodeRecent, encodeRecent } from './trace/recent-data.ts';
import { verifyValues } from './trace/verify.ts';

type Begin = typeof begin;

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
 * @param through Begins each instruction; another one than `begin` may look at the run before.
 * @throws {RunError} If the run did not happen.
 */
export function transition(
  input: PrepareInput,
  requireSigner: () => void = () => undefined,
  through: Begin = begin,
): Transition {
  const { params } = input;
  const { particleSignature, currentPeerId } = params;
  const limits = limitsOf(params);
  requireSize('air', input.air, limits.airSizeBytes);
  requireSize('Current_data particle', input.currentData, limits.dataSizeBytes);
  const particleKey = particleKeyOf(particleSignature);
  const prev = decodeRecent(input.prevData, particleSignature, 'previous', undefined, particleKey);
  const current = decodeRecent(input.currentData, particleSignature, 'current', prev, particleKey);
  requirePeers(current.logs.size, limits.peers);
  const logs = mergeLogs(prev.logs, current.logs, particleKey); // keys, signatures: from here on every record is its signer's statement, and no peer contradicts itself
  requirePeers(logs.size, limits.peers);
  verifyValues(current);
  const script = scriptOf(input.air);
  const results = callResultsOf(input.callResults, limits);
  requireSigner(); // this run will sign

  const ledger = (): Ledger => new Ledger(prev, current, logs, currentPeerId);
  const attempt = (answers: ReadonlyMap<number, HostResult>): Attempt => {
    const first = new Run({ ...params, limits }, ledger(), copyOf(answers));
    const { run, error } = walk(first, script.root, ledger, answers, through); // each record is held against the call at its site
    run.ledger.requireAllReached(); // the script has used everything that arrived
    run.streams.compactAll();
    return { run, error, draft: run.ledger.draft(currentPeerId, particleSignature, limits.peers) }; // one signature for all that we add
  };
  const known = input.prevData.length + input.currentData.length;
  const { run, error, draft } = fitting(attempt, results, limits, known);
  return {
    head: draft?.head,
    conclude(signature) {
      const data = run.ledger.conclude(signature && draft?.signed(signature));
      return outcomeOf(input, run, error, encodeRecent(data, particleKey));
    },
  };
}

/** A run that nothing is signed of yet. */
interface Attempt {
  readonly run: Run;
  readonly error: ScriptError | undefined;
  readonly draft: RecordLog | undefined;
}

/**
 * A run whose data every peer of equal limits accepts for its size. If the data is too large, the newest answers fail; if that is not
 * enough, all of them do. This is decided before anything is signed: a peer signs one history only.
 *
 * @param knownBytes Size of the data that went in.
 * @throws {RunError} 10 if the data is too large without the answers.
 */
function fitting(
  attempt: (answers: ReadonlyMap<number, HostResult>) => Attempt,
  results: ReadonlyMap<number, HostResult>,
  limits: Limits,
  knownBytes: number,
): Attempt {
  let last = attempt(results);
  let answers = results;
  for (const part of ['newest', 'all']) {
    const { run } = last;
    const excess = sizeOf(last, knownBytes, limits) - sizeForAnswers(limits);
    if (excess <= 0) return last;
    const isUsed = (id: number): boolean => !run.results.has(id);
    const fewer = withoutNewest(answers, isUsed, part === 'all' ? Infinity : excess, limits);
    if (fewer === undefined) break;
    answers = fewer;
    last = attempt(answers);
  }
  requireSizeOf('New data', sizeOf(last, knownBytes, limits), limits.dataSizeBytes);
  return last;
}

const NO_SIGNATURE = new Uint8Array(64);

/** Bytes of the new data: an upper bound where that is small enough, else what it would be. */
function sizeOf({ run, draft }: Attempt, knownBytes: number, limits: Limits): number {
  const bound = knownBytes + run.ledger.addedBytesMax;
  if (bound <= sizeForAnswers(limits)) return bound;
  return encodeData(run.ledger.conclude(draft?.signed(NO_SIGNATURE))).length;
}

/** Walks the script once, and again from the start if a canon lists an element that this peer reached only later. */
function walk(
  first: Run,
  root: Instruction,
  ledger: () => Ledger,
  answers: ReadonlyMap<number, HostResult>,
  through: Begin,
): { run: Run; error: ScriptError | undefined } {
  for (let run = first; ;) {
    const error = run.execute(root, through);
    if (!run.foreseen.shouldWalkAgain()) return { run, error };
    run = new Run(run.facts, ledger(), copyOf(answers), run.foreseen, run.budget.forNextWalk());
  }
}

/** A run takes the answers out that it uses. Most runs have none. */
const copyOf = (answers: ReadonlyMap<number, HostResult>): Map<number, HostResult> =>
  answers.size === 0 ? NO_ANSWERS : new Map(answers);
const NO_ANSWERS = new Map<number, HostResult>();

/** A catchable error that nothing caught ends the script, not the particle: data, calls and next peers stand. */
function outcomeOf(input: PrepareInput, run: Run, error: ScriptError | undefined, data: Uint8Array): Outcome {
  const { nextPeerIds, callRequests, results, isFailureOpen } = run;
  const outcome = { data, nextPeerIds, callRequests, ...(isFailureOpen && { isFailureOpen }) };
  if (error !== undefined) {
    const { code: retCode, message: errorMessage } = error;
    return { retCode, errorMessage, failure: failureOf(input, error), ...outcome };
  }
  const isAllUsed = results.size === 0;
  const retCode = isAllUsed ? RetCode.success : RetCode.unprocessedCallResults;
  return { retCode, errorMessage: isAllUsed ? '' : unprocessed(results), ...outcome };
}

function failureOf({ air, params }: PrepareInput, { place }: ScriptError): UncaughtFailure {
  const position = positionOf(air, place?.start ?? 0);
  if (place?.call === undefined) return { peerId: params.currentPeerId, ...position };
  const { peerId, serviceId, functionName } = place.call;
  return { peerId, serviceId, functionName, ...position };
}

/** A refused run: the data stays what it was before. */
export function refused({ prevData }: PrepareInput, { retCode, message }: RunError): Outcome {
  return { retCode, errorMessage: message, data: prevData, nextPeerIds: [], callRequests: new Map() };
}

function requireSize(what: string, input: string | Uint8Array, limit: number): void {
  // A unit of text takes 3 bytes at most: short texts need no counting.
  if (typeof input === 'string' && input.length * 3 <= limit) return;
  requireSizeOf(what, typeof input === 'string' ? utf8Size(input) : input.length, limit);
}

function requireSizeOf(what: string, size: number, limit: number): void {
  if (size <= limit) return;
  throw new RunError(
    'sizeLimit',
    `${what} size: ${size} bytes is bigger than the limit allowed: ${limit} bytes`,
  );
}
