import { AirError, type AirFinding } from './errors.ts';
import { grammarOf } from './grammar/grammar.ts';
import type { Language } from './language.ts';

/**
 * Why the reader refused a script. The grammar only gives the reason: a script that the reader refused does not
 * run, even if the grammar accepts it.
 */
export function explain(text: string, language: Language): AirError {
  try {
    grammarOf(language).read(text);
  } catch (failure) {
    if (failure instanceof AirError) return failure;
    return unexplained(text, `the grammar that explains failed: ${String(failure)}`);
  }
  return unexplained(text, 'the grammar finds no mistake; please report this script');
}

function unexplained(text: string, why: string): AirError {
  const finding: AirFinding = {
    code: 'ERR_AIR_SYNTAX',
    message: `this script is not well-formed (${why.replaceAll(/\s+/g, ' ')})`,
    span: { start: 0, end: text.length },
  };
  return new AirError(text, [finding]);
}
