import type { Denial } from '../guards/denial.ts';
import { denialText } from '../guards/denial-text.ts';
import type { NameOf } from '../guards/denial-text.ts';
import { oneLine } from '../text.ts';
import type { PolicyFile } from './policy-file.ts';

/**
 * What a caller learns of a denial by a policy. The operator sees all of it; an attacker should perhaps not learn which origin would have
 * passed.
 */
export function callerText(
  denial: Denial,
  tell: PolicyFile['tell'] = 'all',
  nameOf: NameOf | undefined,
): string {
  if (tell === 'all') return denialText(denial, nameOf);
  const name = `\`${oneLine(denial.serviceId)}.${oneLine(denial.functionName)}\``;
  const reasons = tell === 'because' ? (denial.policy ?? []).flatMap(({ because }) => because ?? []) : [];
  return [`denied ${name}`, ...reasons.map(reason => `  ${oneLine(reason)}`)].join('\n');
}
