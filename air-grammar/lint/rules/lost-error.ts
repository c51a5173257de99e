import type { Instruction } from '../../ast.ts';
import { AIR } from '../../language.ts';
import { forEachOperand } from '../../operands.ts';
import { spanOf } from '../../source.ts';
import { walk } from '../../visitor.ts';
import type { LintFinding } from '../finding.ts';
import type { ScriptFacts } from '../script-facts.ts';

/** A handler that neither looks at the error nor fails itself: what went wrong stays unknown. A `match` in the left branch is a choice. */
export function* lostError(facts: ScriptFacts): Iterable<LintFinding> {
  for (const { left, right } of facts.ofKind('xor')) {
    if (left.kind === 'match' || left.kind === 'mismatch' || mentionsError(right)) continue;
    yield {
      code: 'lost-error',
      message: 'this handler drops the error that it catches',
      help: 'pass `:error:` to a call, or raise it again with `(fail :error:)`',
      span: spanOf(right),
    };
  }
}

function mentionsError(handler: Instruction): boolean {
  let found = false;
  walk(handler, {
    enter: instruction => {
      found ||= instruction.kind === 'fail' || instruction.kind === 'never';
      forEachOperand(instruction, AIR, (_, { kind }) => {
        found ||= kind === 'error' || kind === 'lastError';
      });
    },
  });
  return found;
}
