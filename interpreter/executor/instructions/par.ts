import type { Instruction, Par } from '../../../air-grammar/index.ts';
import type { ScriptError } from '../../errors.ts';
import type { Run } from '../run.ts';

/** Both branches, whatever the first one did; complete if either is, failed if both are. */
export function beginPar(run: Run, { left, right }: Par): ScriptError | undefined {
  run.push({
    resume(_, leftError) {
      const leftComplete = run.complete && leftError === undefined;
      run.push({
        resume(__, rightError) {
          run.complete = leftComplete || (run.complete && rightError === undefined);
          if (leftError !== undefined && rightError !== undefined) return rightError;
          run.registers.parSucceeded();
          return undefined;
        },
      });
      return enterBranch(run, right);
    },
  });
  return enterBranch(run, left);
}

function enterBranch(run: Run, branch: Instruction): undefined {
  run.complete = branch.kind !== 'next';
  return run.enter(branch);
}
