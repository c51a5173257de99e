import { ARGUMENTS_DEPTH_MAX, canonicalJson, parseJson, type Json } from '../interpreter/index.ts';
import type { CallEvent } from '../services/index.ts';

/**
 * What a script gave to `callbackSrv.response`, as JSON text without loss: `null` for nothing, one argument for itself, several for
 * an array. The first response counts.
 */
export function responseOf(calls: readonly CallEvent[]): string {
  const response = calls.find(
    ({ request: { serviceId, functionName }, decision }) =>
      serviceId === 'callbackSrv' && functionName === 'response' && decision.kind === 'served',
  );
  if (response === undefined) return 'null';
  const given = parseJson(response.request.argumentsJson, ARGUMENTS_DEPTH_MAX) as readonly Json[];
  if (given.length > 1) return response.request.argumentsJson;
  const [only = null] = given;
  return canonicalJson(only);
}
