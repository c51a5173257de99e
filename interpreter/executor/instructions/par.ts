import type { Instruction, Par } from '../../../air-grammar/index.ts';
import type { ScriptError } from '../../errors.ts';
import type { Frame, Run } from '../run.ts';

/** Both branches, whatever the first one did; complete if either is, failed if both are. */
export function beginPar(run: Run, { left, right }: Par): ScriptError | undefined {
  run.push(new LeftFrame(right));
  return enterBranch(run, left);
}

class LeftFrame implements Frame {
  readonly #right: Instruction;

  constructor(right: Instruction) {
    this.#right = right;
  }

  resume(run: Run, error: ScriptError | undefined): undefined {
    run.push(new RightFrame(run.complete && error === undefined, error !== undefined));
    return enterBranch(run, this.#right);
  }
}

class RightFrame implements Frame {
  readonly #leftComplete: boolean;
  readonly #leftFailed: boolean;

  constructor(leftComplete: boolean, leftFailed: boolean) {
    this.#leftComplete = leftComplete;
    this.#leftFailed = leftFailed;
  }

  resume(run: Run, error: ScriptError | undefined): ScriptError | undefined {
    run.complete = this.#leftComplete || (run.complete && error === undefined);
    const hasFailed = error !== undefined;
    if (this.#leftFailed && hasFailed) return error;
    if (this.#leftFailed !== hasFailed && !run.complete) run.isFailureOpen = true;
    run.registers.parSucceeded();
    return undefined;
  }
}

function enterBranch(run: Run, branch: Instruction): undefined {
  run.complete = branch.kind !== 'next';
  return run.enter(branch);
}
