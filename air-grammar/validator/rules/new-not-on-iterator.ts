import type { AirFinding } from '../../errors.ts';
import { spanOf } from '../../source.ts';
import { innermostFolds, inTextOrder } from '../enclosing.ts';
import type { Facts } from '../facts.ts';

/** V4: `new` is applied to the iterator of a fold around it. */
export function newNotOnIterator({ folds, news }: Facts): AirFinding[] {
  const foldOf = innermostFolds(folds, news, node => node.variable.name);
  return inTextOrder(news)
    .filter(node => foldOf.get(node) !== undefined)
    .map(node => ({
      code: 'ERR_AIR_VALIDATION',
      rule: 'V4',
      message: `new can't be applied to a '${node.variable.name}' because it's an iterator`,
      span: spanOf(node),
    }));
}
