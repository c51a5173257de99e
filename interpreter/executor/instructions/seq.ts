import type { Seq } from '../../../air-grammar/index.ts';
import type { ScriptError } from '../../errors.ts';
import type { Run } from '../run.ts';

/** Left, then right if left did all that it had to do. */
export function beginSeq(run: Run, { left, right }: Seq): ScriptError | undefined {
  run.complete = true;
  run.push({
    resume: (_, error) => (error !== undefined || !run.complete ? error : run.enter(right)),
  });
  return run.enter(left);
}
