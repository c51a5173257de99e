/**
 * `beryl/air-grammar`: the text of AIR scripts, their syntax tree, and static analysis.
 *
 * @packageDocumentation
 */
export type * from './ast.ts';
export { AirError, type AirErrorCode, type Diagnostic, type AirFinding, type RuleName } from './errors.ts';
export { beautify, type BeautifyOptions } from './beautifier.ts';
export { describeInstruction } from './describe.ts';
export { complete, type Completion, type Completions } from './editor/complete.ts';
export { diagnose } from './editor/diagnose.ts';
export { occurrences, type Occurrence } from './editor/occurrences.ts';
export { format, formatText } from './formatter.ts';
export { fieldStep, indexStep, PLAIN_FIELD } from './getter-step.ts';
export { lint, LINT_RULES } from './lint/lint.ts';
export { type LintCode, type LintFinding } from './lint/finding.ts';
export { peersOf, planOf, type Act } from './plan/plan.ts';
export { lensText } from './lens-text.ts';
export { parse, parseToRun, parseUnchecked } from './parse.ts';
export { undefinedVariables, validate } from './validator/validate.ts';
export { staticOrigins, variableOrigins, type ArgumentOrigins, type CallOrigins } from './origins/origins.ts';
export {
  describeOrigin,
  nameText,
  predicts,
  staticName,
  type SeenOrigin,
  type StaticName,
  type StaticOrigin,
} from './origins/static-origin.ts';
export { positionOf, type Position } from './source.ts';
export { walk, type Visitor } from './visitor.ts';
