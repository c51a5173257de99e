import type { Match, Mismatch } from '../../../air-grammar/index.ts';
import { isScriptError, ScriptError } from '../../errors.ts';
import { equalJson } from '../../values/json.ts';
import { resolve } from '../resolve.ts';
import type { SourcedValue } from '../../provenance/sourced-value.ts';
import type { Run } from '../run.ts';

/** Runs its body if the operands are equal (match) or differ (mismatch). Origins are not compared. */
export function beginMatch(run: Run, node: Match | Mismatch): ScriptError | undefined {
  const left = resolve(run, node.left);
  if (isScriptError(left)) return run.waitOrFail(left, node);
  const right = resolve(run, node.right);
  if (isScriptError(right)) return run.waitOrFail(right, node);
  if (left.value !== right.value) run.chargeText(Math.min(sizeOf(left), sizeOf(right)));
  const equal = equalJson(left.value.json, right.value.json);
  if (equal === (node.kind === 'match')) return run.enter(node.body);
  return run.fail(
    equal
      ? new ScriptError('mismatchValuesEqual', 'compared values do not mismatch')
      : new ScriptError('matchValuesNotEqual', 'compared values do not match'),
    node,
  );
}

/** What there is to compare: only texts, arrays and objects can be large. */
const sizeOf = ({ value }: SourcedValue): number =>
  typeof value.json === 'string' || typeof value.json === 'object' ? value.text.length : 0;
