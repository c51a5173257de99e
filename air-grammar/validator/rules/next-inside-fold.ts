import type { AirFinding } from '../../errors.ts';
import { spanOf } from '../../source.ts';
import { innermostFolds, inTextOrder } from '../enclosing.ts';
import type { Facts } from '../facts.ts';

/** V2: the first `next` of an iterator stands in no fold over it. Later ones are found when they run. */
export function nextInsideFold({ folds, nexts }: Facts): AirFinding[] {
  const foldOf = innermostFolds(folds, nexts, next => next.iterator.name);
  const seen = new Set<string>();
  const findings: AirFinding[] = [];
  for (const next of inTextOrder(nexts)) {
    const { name } = next.iterator;
    if (!seen.has(name) && foldOf.get(next) === undefined) {
      findings.push({
        code: 'ERR_AIR_VALIDATION',
        rule: 'V2',
        message: `iterable '${name}' wasn't defined`,
        span: spanOf(next),
      });
    }
    seen.add(name);
  }
  return findings;
}
