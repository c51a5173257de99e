import { spanOf } from '../../source.ts';
import type { LintFinding } from '../finding.ts';
import type { ScriptFacts } from '../script-facts.ts';

/** A variable that nothing reads. The iterator of a fold may be unused: a body can be repeated for its own sake. */
export function* unusedVariable({ variables }: ScriptFacts): Iterable<LintFinding> {
  for (const { name, definedBy, readBy } of variables.all) {
    const [first] = definedBy;
    if (first === undefined || readBy.length > 0 || definedBy.some(({ kind }) => kind === 'fold')) continue;
    yield {
      code: 'unused-variable',
      message: `nothing reads \`${name}\``,
      help:
        first.kind === 'call'
          ? 'leave the output of the call out'
          : 'remove the instruction, or use the variable',
      span: spanOf(first),
    };
  }
}
