import type { Instruction } from '../../air-grammar/index.ts';
import { Foreseen } from '../../interpreter/collections/foreseen.ts';
import { begin } from '../../interpreter/executor/begin.ts';
import { Run } from '../../interpreter/executor/run.ts';
import { callResultsOf, limitsOf } from '../../interpreter/host-input.ts';
import { RunError, type RunInput } from '../../interpreter/index.ts';
import { scriptOf } from '../../interpreter/script-cache.ts';
import { particleKeyOf } from '../../interpreter/log/known-logs.ts';
import { mergeLogs } from '../../interpreter/log/merge.ts';
import { Ledger } from '../../interpreter/trace/ledger.ts';
import { decodeRecent } from '../../interpreter/trace/recent-data.ts';

/**
 * Walks a run once more, as often as it was walked, and shows what an outcome does not tell.
 *
 * @param before Called with each instruction before it begins.
 * @param failed Called with each instruction that fails by itself, not by a nested one.
 */
export function rerun(
  input: RunInput,
  before: (instruction: Instruction, run: Run) => void,
  failed: (instruction: Instruction) => void = () => undefined,
): void {
  const { params, prevData, currentData } = input;
  const data = (bytes: Uint8Array) => decodeRecent(bytes, params.particleSignature, 'previous');
  const limits = limitsOf(params);
  try {
    const foreseen = new Foreseen();
    do {
      const [prev, current] = [data(prevData), data(currentData)];
      const logs = mergeLogs(prev.logs, current.logs, particleKeyOf(params.particleSignature));
      const ledger = new Ledger(prev, current, logs, params.currentPeerId);
      const results = callResultsOf(input.callResults, limits);
      new Run({ ...params, limits }, ledger, results, foreseen).execute(
        scriptOf(input.air).root,
        (run, instruction) => {
          before(instruction, run);
          const error = begin(run, instruction);
          if (error !== undefined) failed(instruction);
          return error;
        },
      );
    } while (foreseen.shouldWalkAgain());
  } catch (failure) {
    if (!(failure instanceof RunError)) throw failure;
  }
}
