import { toBase64url } from '../base/bytes.ts';
import { sha256, type CallRequest } from '../interpreter/index.ts';

/**
 * Names one call within its particle: the site, `:`, and SHA-256 (base64url) of service, function and arguments. A site that
 * is asked again with other arguments has another key.
 *
 * @example callKeyOf({ serviceId: 'blogSrv', functionName: 'add_post', argumentsJson: '["hi"]', site: '3' }) // '3:1nY…'
 */
export function callKeyOf(
  request: Pick<CallRequest, 'serviceId' | 'functionName' | 'argumentsJson' | 'site'>,
): string {
  const { serviceId, functionName, argumentsJson, site } = request;
  const call = JSON.stringify([serviceId, functionName, argumentsJson]);
  return `${site}:${toBase64url(sha256(call))}`;
}
