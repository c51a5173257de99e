import { equalBytes } from '../../base/bytes.ts';
import { execute, RetCode, type Outcome, type RunInput } from '../../interpreter/index.ts';
import { isAccepted } from '../../peer/particle-step.ts';

/** An invariant that did not hold. */
export class Violation extends Error {
  override readonly name = 'Violation';
}

export function requireThat(condition: boolean, law: string): asserts condition {
  if (!condition) throw new Violation(law);
}

/** A run of honest hosts, with what it took. */
export interface Trial {
  readonly input: RunInput;
  readonly outcome: Outcome;
  readonly tookMs: number;
}

/** The longest that one run may take. Generous: what it is to catch does not end at all. */
const RUN_MS_MAX = 10_000;
/** How much larger than all that goes in data may be that comes out: each state repeats a site, each pair of folds multiplies. */
const GROWTH_MAX = 200;
const GROWTH_FREE = 64 * 1024;

/** Codes that no input may bring about: reserved, or bugs of ours. */
const NEVER = new Set<number>([
  RetCode.traceError,
  RetCode.callResultNotCorrespondToInstruction,
  RetCode.scopeCorrupted,
  RetCode.mapPairMalformed,
  RetCode.canonEmptyForScalar,
]);
const DOCUMENTED = new Set<number>(Object.values(RetCode));

/** Runs, and holds the outcome against what is true of all outcomes. Whatever `execute` throws is a violation. */
export function tried(input: RunInput): Trial {
  const start = performance.now();
  const outcome = execute(input);
  const trial = { input, outcome, tookMs: performance.now() - start };
  requireThat(trial.tookMs < RUN_MS_MAX, `a run ends in time: it took ${Math.round(trial.tookMs)} ms`);
  requireCode(outcome);
  requireAllOrNothing(trial);
  requireBoundedGrowth(trial);
  return trial;
}

function requireCode({ retCode, errorMessage }: Outcome): void {
  requireThat(
    DOCUMENTED.has(retCode) && !NEVER.has(retCode),
    `the code is one that inputs can cause: ${retCode} ${errorMessage}`,
  );
  requireThat((retCode === 0) === (errorMessage === ''), 'there is a message just where there is an error');
}

/** What is refused has not happened. */
function requireAllOrNothing({ input, outcome }: Trial): void {
  if (isAccepted(outcome)) return;
  requireThat(equalBytes(outcome.data, input.prevData), 'a refused run gives the previous data');
  requireThat(outcome.callRequests.size === 0, 'a refused run asks nothing');
  requireThat(outcome.nextPeerIds.length === 0, 'a refused run goes nowhere');
}

function requireBoundedGrowth({ input, outcome }: Trial): void {
  const results = [...input.callResults.values()].reduce(
    (sum, result: Partial<Record<string, unknown>> | undefined) =>
      sum + (typeof result?.['resultJson'] === 'string' ? result['resultJson'].length : 0),
    0,
  );
  const size = input.prevData.length + input.currentData.length + input.air.length + results;
  requireThat(
    outcome.data.length <= GROWTH_FREE + GROWTH_MAX * size,
    `data grows within bounds: ${size} bytes in, ${outcome.data.length} out`,
  );
}
