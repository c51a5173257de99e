import { parseUnchecked, walk, type Span } from '../../air-grammar/index.ts';
import { BerylError } from '../../base/error.ts';

/** Where the instructions of a script stand in its text, by their numbers. */
export function spansOf(script: string): ReadonlyMap<number, Span> {
  const spans = new Map<number, Span>();
  try {
    walk(parseUnchecked(script).root, {
      enter: ({ index, start, end }) => void spans.set(index, { start, end }),
    });
  } catch (failure) {
    // A script that is refused has no instructions; its text is shown all the same.
    if (!(failure instanceof BerylError)) throw failure;
  }
  return spans;
}

/** Number of the instruction of a site, which begins with it. */
export const instructionOf = (site: string): number => Number.parseInt(site, 10);
