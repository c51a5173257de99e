import type { Fold } from '../../ast.ts';
import type { AirFinding } from '../../errors.ts';
import { spanOf } from '../../source.ts';
import { innermostFolds, inTextOrder } from '../enclosing.ts';
import type { Facts } from '../facts.ts';

/** V3: a fold has one `next`, in whatever branches they stand. */
export function oneNextPerFold({ folds, nexts }: Facts): AirFinding[] {
  const foldOf = innermostFolds(folds, nexts, next => next.iterator.name);
  const served = new Set<Fold>();
  const findings: AirFinding[] = [];
  for (const next of inTextOrder(nexts)) {
    const fold = foldOf.get(next);
    if (fold === undefined) continue;
    if (served.has(fold)) {
      findings.push({
        code: 'ERR_AIR_VALIDATION',
        rule: 'V3',
        message: `multiple next instructions for iterator '${next.iterator.name}' found for one fold, that is prohibited`,
        span: spanOf(next),
      });
    }
    served.add(fold);
  }
  return findings;
}
