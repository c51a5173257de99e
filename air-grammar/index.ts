/**
 * `beryl/air-grammar`: the text of AIR scripts, their syntax tree, and what can be known without running them.
 *
 * @packageDocumentation
 */
import type { Script } from './ast.ts';
import { AirError } from './errors.ts';
import { parseByGrammar } from './parser.ts';
import { quickParse } from './quick/quick-parser.ts';
import { collectFacts } from './validator/facts.ts';
import { findingsOf } from './validator/validate.ts';

export type * from './ast.ts';
export { AirError, type AirErrorCode, type Diagnostic, type Finding, type RuleName } from './errors.ts';
export { beautify, type BeautifyOptions } from './beautifier.ts';
export { describeInstruction } from './describe.ts';
export { format } from './formatter.ts';
export { lensText } from './lens-text.ts';
export { parseUnchecked } from './parser.ts';
export { undefinedVariables, validate } from './validator/validate.ts';
export { walk, type Visitor } from './visitor.ts';

/**
 * Text → tree of a valid script. Time and memory grow with the length of the text, whatever its nesting.
 *
 * @throws {AirError} With the first lexical or syntax error, or all findings of the validation rules V1 to V7.
 * @spec docs/language.md
 */
export function parse(text: string): Script {
  const quick = quickParse(text);
  const script = quick?.script ?? parseByGrammar(text);
  const findings = findingsOf(quick?.facts ?? collectFacts(script));
  if (findings.length > 0) throw new AirError(text, findings);
  return script;
}
