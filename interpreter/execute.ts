import type { Instruction } from '../air-grammar/index.ts';
import { utf8 } from '../base/bytes.ts';
import { begin } from './executor/begin.ts';
import { Run, type HostResult } from './executor/run.ts';
import { RetCode, RunError, type ScriptError } from './errors.ts';
import { callResultsOf, limitsOf, requireHostInput, signerOfParams, unprocessed } from './host-input.ts';
import { sizeForAnswers, withoutNewest } from './answers.ts';
import type { Limits } from './limits.ts';
import type { Outcome } from './outcome.ts';
import type { RunInput } from './params.ts';
import { scriptOf } from './script-cache.ts';
import { Ledger } from './trace/ledger.ts';
import { decodeRecent, encodeRecent } from './trace/recent-data.ts';
import { verifyData } from './trace/verify.ts';

/**
 * One step of a particle on one peer: takes what is known, what arrived and what the host answered; gives what is known now,
 * who must go on, and what the host must do.
 *
 * Pure and deterministic: equal inputs give equal bytes. Never throws on input from outside and never exhausts the stack.
 *
 * @throws {TypeError} If the embedding program breaks the contract of {@link RunInput} (missing fields, wrong types).
 * @spec docs/language.md, docs/spec/data.md, docs/spec/call-record.md, docs/spec/errors.md
 */
export function execute(input: RunInput): Outcome {
  requireHostInput(input);
  try {
    return transition(input);
  } catch (failure) {
    if (failure instanceof RunError) return refused(input, failure);
    throw failure;
  }
}

/** The security argument: each line may rely on all lines above it. */
function transition(input: RunInput): Outcome {
  const { params } = input;
  const limits = limitsOf(params);
  requireSize('air', input.air, limits.airSizeBytes);
  requireSize('Current_data particle', input.currentData, limits.dataSizeBytes);
  const prev = decodeRecent(input.prevData, params.particleSignature, 'previous');
  const current = decodeRecent(input.currentData, params.particleSignature, 'current');
  verifyData(current, params.particleSignature); // keys, chains, signatures, values: from here on records are their signers' words
  const ledger = new Ledger(prev, current); // no peer told two stories
  const script = scriptOf(input.air);
  const results = callResultsOf(input.callResults, limits);
  const signer = signerOfParams(params); // it is we who sign

  const attempt = (answers: ReadonlyMap<number, HostResult>, known = new Ledger(prev, current)): Attempt => {
    const first = new Run({ ...params, limits }, known, new Map(answers));
    const { run, error } = walk(first, script.root, () => new Ledger(prev, current)); // each record is held against the call at its site
    run.ledger.requireAllReached(); // nothing arrived that the script did not ask for
    run.streams.compactAll();
    const data = run.ledger.conclude(params.particleSignature, signer); // one signature for all that we add
    return { run, error, data: encodeRecent(data, params.particleSignature) };
  };
  const { run, error, data } = fitting(attempt, attempt(results, ledger), results, limits);
  return { ...verdict(run, error), data, nextPeerIds: [...run.nextPeerIds], callRequests: run.callRequests };
}

interface Attempt {
  readonly run: Run;
  readonly error: ScriptError | undefined;
  readonly data: Uint8Array;
}

/**
 * A run whose data no peer of equal limits refuses for its size: if it is too large, the newest answers do not count, and if that is not
 * enough, none. What the other attempts have signed stays here.
 *
 * @throws {RunError} 10 if the data is too large without them.
 */
function fitting(
  attempt: (answers: ReadonlyMap<number, HostResult>) => Attempt,
  first: Attempt,
  results: ReadonlyMap<number, HostResult>,
  limits: Limits,
): Attempt {
  let last = first;
  let answers = results;
  for (const part of ['newest', 'all']) {
    const { run, data } = last;
    const excess = data.length - sizeForAnswers(limits);
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
  requireSize('New data', last.data, limits.dataSizeBytes);
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
function refused({ prevData }: RunInput, { retCode, message }: RunError): Outcome {
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
