import type { Finding } from '../../errors.ts';
import { groupByName, inTextOrder } from '../enclosing.ts';
import type { Facts } from '../facts.ts';

/** V5: a fold stands inside another one with the same iterator. Folds beside each other may share a name. */
export function oneFoldPerIterator({ folds }: Facts): Finding[] {
  const findings: Finding[] = [];
  for (const [name, same] of groupByName(folds, fold => fold.iterator.name)) {
    let outerEnd = -1;
    for (const { span } of inTextOrder(same)) {
      if (span.end < outerEnd) {
        findings.push({
          code: 'ERR_AIR_VALIDATION',
          rule: 'V5',
          message: `multiple iterable values found for iterator name '${name}'`,
          span,
        });
      } else outerEnd = span.end;
    }
  }
  return findings;
}
