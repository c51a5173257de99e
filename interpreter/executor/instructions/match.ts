import type { Match, Mismatch } from '../../../air-grammar/index.ts';
import { isScriptError, ScriptError } from '../../errors.ts';
import { equalJson, type Json } from '../../values/json.ts';
import { resolve } from '../resolve.ts';
import type { Run } from '../run.ts';

/** Runs its body if the operands are equal (match) or differ (mismatch). Origins are not compared. */
export function beginMatch(run: Run, node: Match | Mismatch): ScriptError | undefined {
  const left = resolve(run, node.left);
  if (isScriptError(left)) return run.waitOrFail(left, node);
  const right = resolve(run, node.right);
  if (isScriptError(right)) return run.waitOrFail(right, node);
  const equal = isEqual(run, left.value.json, right.value.json);
  if (equal === (node.kind === 'match')) return run.enter(node.body);
  return run.fail(
    equal
      ? new ScriptError('mismatchValuesEqual', 'compared values do not mismatch')
      : new ScriptError('matchValuesNotEqual', 'compared values do not match'),
    node,
  );
}

function isEqual(run: Run, left: Json, right: Json): boolean {
  if (typeof left === 'string') {
    run.budget.text(left.length);
    return left === right;
  }
  return equalJson(left, right, (items, members) => run.budget.compare(items, members));
}
