import type { Instruction, ValueOperand } from '../../ast.ts';
import { spanOf } from '../../source.ts';
import type { LintFinding } from '../finding.ts';
import type { ScriptFacts } from '../script-facts.ts';

/** Instructions that no run can reach. */
export function* deadBranch(facts: ScriptFacts): Iterable<LintFinding> {
  for (const node of facts.ofKind('match', 'mismatch')) {
    const equal = equalLiterals(node.left, node.right);
    if (equal !== undefined && equal !== (node.kind === 'match'))
      yield dead(
        node.body,
        `the body of this \`${node.kind}\` never runs: its operands ${equal ? 'are equal' : 'differ'}`,
      );
  }
  for (const { left, right } of facts.ofKind('seq'))
    if (alwaysEnds(left)) yield dead(right, 'nothing after `fail` or `never` runs');
  for (const { left, right } of facts.ofKind('xor'))
    if (left.kind === 'null') yield dead(right, 'this handler never runs: `null` does not fail');
}

const dead = (instruction: Instruction, message: string): LintFinding => ({
  code: 'dead-branch',
  message,
  help: 'remove it, or change the condition',
  span: spanOf(instruction),
});

const alwaysEnds = (instruction: Instruction): boolean =>
  instruction.kind === 'fail' || instruction.kind === 'never';

/** Whether two literals are equal; `undefined` if one is not a literal, or their kinds differ. */
function equalLiterals(a: ValueOperand, b: ValueOperand): boolean | undefined {
  if (!('value' in a) || !('value' in b) || a.kind !== b.kind) return undefined;
  return a.value === b.value;
}
