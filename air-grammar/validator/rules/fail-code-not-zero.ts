import type { AirFinding } from '../../errors.ts';
import { spanOf } from '../../source.ts';
import type { Facts } from '../facts.ts';

/** V6: zero means success, so nothing fails with it. */
export function failCodeNotZero({ fails }: Facts): AirFinding[] {
  return fails
    .filter(({ operand }) => operand.kind === 'failure' && operand.code === 0n)
    .map(node => ({
      code: 'ERR_AIR_VALIDATION',
      rule: 'V6',
      message: 'error code 0 with fail is unsupported',
      span: spanOf(node),
    }));
}
