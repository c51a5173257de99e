import type { Xor } from '../../../air-grammar/index.ts';
import type { ScriptError } from '../../errors.ts';
import type { Run } from '../run.ts';

/** Left; if that fails, right. A left branch that waits counts as success. */
export function beginXor(run: Run, { left, right }: Xor): ScriptError | undefined {
  run.complete = true;
  run.push({
    resume(_, caught) {
      if (caught === undefined) return undefined;
      run.complete = true;
      run.registers.handlerBegins(caught);
      run.push({
        resume(__, error) {
          run.registers.handlerEnds(error === undefined);
          return error;
        },
      });
      return run.enter(right);
    },
  });
  return run.enter(left);
}
