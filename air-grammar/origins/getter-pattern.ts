import type { Accessor } from '../ast.ts';
import { fieldStep, indexStep } from '../getter-step.ts';

/**
 * Which parts of a result a value may be: a getter with wildcards. `*` stands for one step that is known at run time only, `**` at the
 * end for any steps, or none.
 *
 * @example '.$.users.[0].name', '.$.users.*', '.$.a.**'
 */
export type GetterPattern = string;

/** One step, whichever: a variable key, or the item of a fold. */
export const ANY_STEP = '*';
const ANY_STEPS = '**';
/** What begins the getter of the error of a call. */
const ERROR_START = ':error:';

/** A value can be taken apart again and again by a stream that feeds itself: longer patterns end in `**`. */
const STEPS_MAX = 16;

export function stepOf(accessor: Accessor): string {
  if (accessor.kind === 'index') return indexStep(accessor.index);
  return accessor.kind === 'field' ? fieldStep(accessor.name) : ANY_STEP;
}

export function extendPattern(pattern: GetterPattern, steps: readonly string[]): GetterPattern {
  if (steps.length === 0 || pattern.endsWith(ANY_STEPS)) return pattern;
  const begun = pattern !== '' && pattern !== ERROR_START;
  const extended = `${pattern}${begun ? '.' : '.$.'}${steps.join('.')}`;
  // Quoted steps may hold dots: the pattern then ends early, which predicts more and never less.
  const parts = extended.split('.');
  return parts.length - 2 <= STEPS_MAX || hasQuotes(extended)
    ? extended.length <= LENGTH_MAX
      ? extended
      : `${pattern.startsWith(ERROR_START) ? ERROR_START : ''}.$.${ANY_STEPS}`
    : `${parts.slice(0, STEPS_MAX + 2).join('.')}.${ANY_STEPS}`;
}

const LENGTH_MAX = 1024;
const hasQuotes = (pattern: GetterPattern): boolean => pattern.includes('"');

export const lengthPattern = (pattern: GetterPattern): GetterPattern =>
  pattern.endsWith(ANY_STEPS) ? pattern : `${pattern}.length`;

const STEP = String.raw`(?:\[[0-9]+\]|\["(?:[^"\\]|\\.)*"\]|[^.[\]"]+)`;

/** Whether a getter is among those of a pattern. */
export function matchesPattern(pattern: GetterPattern, getter: string): boolean {
  if (!pattern.includes(ANY_STEP)) return pattern === getter;
  const open = pattern.endsWith(`.${ANY_STEPS}`);
  const fixed = open ? pattern.slice(0, -ANY_STEPS.length - 1) : pattern;
  const source = splitSteps(fixed)
    .map(step => (step === ANY_STEP ? STEP : escape(step)))
    .join(String.raw`\.`);
  return new RegExp(`^${source}${open ? '(?:[.$].*)?' : ''}$`, 'su').test(getter);
}

const escape = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);

/** The parts between dots, quoted ones whole. */
function splitSteps(pattern: GetterPattern): string[] {
  return pattern.split(/\.(?=(?:[^"\\]|\\.|"(?:[^"\\]|\\.)*")*$)/su);
}
