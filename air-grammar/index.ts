/**
 * `beryl/air-grammar`: the text of AIR scripts, their syntax tree, and static analysis.
 *
 * @packageDocumentation
 */
export type * from './ast.ts';
export { AirError, type AirErrorCode, type Diagnostic, type Finding, type RuleName } from './errors.ts';
export { beautify, type BeautifyOptions } from './beautifier.ts';
export { describeInstruction } from './describe.ts';
export { format } from './formatter.ts';
export { lensText } from './lens-text.ts';
export { parse, parseToRun, parseUnchecked } from './parse.ts';
export { undefinedVariables, validate } from './validator/validate.ts';
export { positionOf, type Position } from './source.ts';
export { walk, type Visitor } from './visitor.ts';
