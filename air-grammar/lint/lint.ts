import type { Script } from '../ast.ts';
import type { LintCode, LintFinding } from './finding.ts';
import { deadBranch } from './rules/dead-branch.ts';
import { droppedCheck } from './rules/dropped-check.ts';
import { lostError } from './rules/lost-error.ts';
import { noReturn } from './rules/no-return.ts';
import { unjoinedRace } from './rules/unjoined-race.ts';
import { unusedVariable } from './rules/unused-variable.ts';
import { ScriptFacts } from './script-facts.ts';
import { Silenced } from './silenced.ts';

/** One row per rule. */
export const LINT_RULES: Readonly<Record<LintCode, (facts: ScriptFacts) => Iterable<LintFinding>>> = {
  'dead-branch': deadBranch,
  'dropped-check': droppedCheck,
  'lost-error': lostError,
  'no-return': noReturn,
  'unjoined-race': unjoinedRace,
  'unused-variable': unusedVariable,
};

/**
 * What is probably not meant in a valid script, in the order of the text. A comment silences a rule for the instruction on its line or
 * on the next one: `; beryl-ignore lost-error`; without a code, all rules.
 *
 * @spec docs/scripts.md#warnings
 * @example lint(parse('(seq (call "p" ("auth" "get_status_or_fail") []) (call "p" ("blog" "post") ["hi"]))'))[0]?.code // 'dropped-check'
 */
export function lint(script: Script): LintFinding[] {
  const facts = new ScriptFacts(script);
  const silenced = new Silenced(script.text);
  return Object.values(LINT_RULES)
    .flatMap(rule => [...rule(facts)])
    .filter(({ code, span }) => !silenced.has(code, span.start))
    .toSorted((a, b) => a.span.start - b.span.start);
}
