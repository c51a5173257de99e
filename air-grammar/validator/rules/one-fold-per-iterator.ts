import type { AirFinding } from '../../errors.ts';
import { spanOf } from '../../source.ts';
import { groupByName, inTextOrder } from '../enclosing.ts';
import type { Facts } from '../facts.ts';

/** V5: a fold stands inside another one with the same iterator. Folds beside each other may share a name. */
export function oneFoldPerIterator({ folds }: Facts): AirFinding[] {
  const findings: AirFinding[] = [];
  for (const [name, same] of groupByName(folds, fold => fold.iterator.name)) {
    let outerEnd = -1;
    for (const fold of inTextOrder(same)) {
      if (fold.end < outerEnd) {
        findings.push({
          code: 'ERR_AIR_VALIDATION',
          rule: 'V5',
          message: `multiple iterable values found for iterator name '${name}'`,
          span: spanOf(fold),
        });
      } else outerEnd = fold.end;
    }
  }
  return findings;
}
