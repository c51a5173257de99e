import type { Instruction, Seq } from '../../../air-grammar/index.ts';
import type { ScriptError } from '../../errors.ts';
import type { Frame, Run } from '../run.ts';

/** Left, then right if left did all that it had to do. */
export function beginSeq(run: Run, { left, right }: Seq): ScriptError | undefined {
  run.complete = true;
  run.push(new SeqFrame(right));
  return run.enter(left);
}

class SeqFrame implements Frame {
  readonly #right: Instruction;

  constructor(right: Instruction) {
    this.#right = right;
  }

  resume(run: Run, error: ScriptError | undefined): ScriptError | undefined {
    return error !== undefined || !run.complete ? error : run.enter(this.#right);
  }
}
