import { AirError, type Finding } from './errors.ts';
import { grammarOf } from './grammar/grammar.ts';
import type { Language } from './language.ts';

/**
 * Why the reader did not take a script. The grammar gives the reason, and nothing else: a script that the reader did not take does not
 * run, whatever the grammar makes of it.
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
  const finding: Finding = {
    code: 'ERR_AIR_SYNTAX',
    message: `this script is not well-formed (${why.replaceAll(/\s+/g, ' ')})`,
    span: { start: 0, end: text.length },
  };
  return new AirError(text, [finding]);
}
