import { spanOf } from '../../source.ts';
import type { LintFinding } from '../finding.ts';
import type { ScriptFacts } from '../script-facts.ts';

/** Functions that ask something, by the usual names. */
const QUESTION =
  /^(?:get|is|has|can|may|check|verify|validate|assert|require|ensure)(?:_|[A-Z]|$)|_or_(?:fail|throw)$/u;

/**
 * A check whose result reaches no argument. The peer that is asked to act cannot know that the check was made: whoever runs the script
 * can leave it out.
 */
export function* droppedCheck(facts: ScriptFacts): Iterable<LintFinding> {
  const last = facts.calls.at(-1);
  for (const call of facts.calls) {
    const { functionName } = call;
    if (call === last || functionName.kind !== 'string' || !QUESTION.test(functionName.value)) continue;
    if ((facts.variables.definedIn(call)?.readBy.length ?? 0) > 0) continue;
    yield {
      code: 'dropped-check',
      message: `the result of \`${functionName.value}\` reaches no argument: the services called later cannot know that it was asked`,
      help: 'pass the result to the call that depends on it, and guard that argument',
      span: spanOf(call),
    };
  }
}
