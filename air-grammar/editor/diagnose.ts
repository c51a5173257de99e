import { positionOf } from '../source.ts';
import type { Diagnostic, AirFinding } from '../errors.ts';
import { AirError } from '../errors.ts';
import { AIR, type Language } from '../language.ts';
import { parse } from '../parse.ts';
import { Outline } from './outline.ts';
import { scan } from './tokens.ts';

/**
 * All mistakes of a text, for editors: lexical and syntax errors, each where it stands; without any, the findings of the validation rules
 * V1 to V7. After a mistake the rest of its instruction is skipped, but instructions nested in it are read. No tree is made: a text with
 * mistakes never runs.
 *
 * The list is empty exactly if {@link parse} accepts the text. The error that {@link parse} throws is one of the list.
 *
 * @param max Most mistakes in the list, a count; 100 if left out.
 * @returns In the order of the text; of validation, in the order of the rules.
 * @example diagnose('(seq (ap 5) (nul))').map(({ line, column, message }) => `${line}:${column} ${message}`)
 */
export function diagnose(text: string, max = 100, language: Language = AIR): Diagnostic[] {
  const refused = refusal(text, language);
  // The reader of scripts is several times faster than the one that goes on after mistakes.
  const all = refused.every(({ rule }) => rule !== undefined) ? refused : mistakesIn(text, language);
  return all.slice(0, max).map(finding => ({ ...finding, ...positionOf(text, finding.span.start) }));
}

/** Lexical and syntax errors. */
function mistakesIn(text: string, language: Language): readonly AirFinding[] {
  const { tokens, findings } = scan(text, language);
  const outline = new Outline(tokens, language, text.length);
  return [...findings, ...outline.findings].toSorted((a, b) => a.span.start - b.span.start);
}

function refusal(text: string, language: Language): readonly AirFinding[] {
  try {
    parse(text, language);
    return [];
  } catch (failure) {
    if (failure instanceof AirError) return failure.diagnostics;
    throw failure;
  }
}
