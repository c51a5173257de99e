import type { Script, Span } from '../ast.ts';
import type { AirFinding } from '../errors.ts';
import { AIR, type Language } from '../language.ts';
import { spanOf } from '../source.ts';
import { factsOfTree, type Facts } from './facts.ts';
import { failCodeNotZero } from './rules/fail-code-not-zero.ts';
import { newNotOnIterator } from './rules/new-not-on-iterator.ts';
import { nextInsideFold } from './rules/next-inside-fold.ts';
import { nextLastInStreamFold } from './rules/next-last-in-stream-fold.ts';
import { oneFoldPerIterator } from './rules/one-fold-per-iterator.ts';
import { oneNextPerFold } from './rules/one-next-per-fold.ts';
import { undefinedMentions, undefinedVariable } from './rules/undefined-variable.ts';

/** In the order in which findings are reported: V1 to V7. */
const RULES: readonly ((facts: Facts) => AirFinding[])[] = [
  undefinedVariable,
  nextInsideFold,
  oneNextPerFold,
  newNotOnIterator,
  oneFoldPerIterator,
  failCodeNotZero,
  nextLastInStreamFold,
];

/**
 * All findings of all rules; empty for a valid script.
 *
 * @param language The table of instructions; that of AIR if not given.
 * @example validate(parseUnchecked('(ap x y)')) // one finding of rule V1
 */
export function validate({ root }: Script, language: Language = AIR): AirFinding[] {
  return findingsOf(factsOfTree(root, language));
}

export const findingsOf = (facts: Facts): AirFinding[] => RULES.flatMap(rule => rule(facts));

/**
 * The names that a script reads without defining them, each with the instruction that reads it first.
 *
 * @param language The table of instructions; that of AIR if not given.
 * @example undefinedVariables(parseUnchecked('(ap x y)')) // [{ name: 'x', span: { start: 0, end: 8 } }]
 */
export function undefinedVariables(
  { root }: Script,
  language: Language = AIR,
): { name: string; span: Span }[] {
  return undefinedMentions(factsOfTree(root, language)).map(({ name, instruction }) => ({
    name,
    span: spanOf(instruction),
  }));
}
