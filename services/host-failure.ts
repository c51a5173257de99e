import type { CallRequest } from '../interpreter/index.ts';
import { failureOf } from './call-decision.ts';
import type { CallDecision } from './call-decision.ts';
import { warn } from './logger.ts';
import type { Logger } from './logger.ts';
import { messageOf, oneLine, stackOf } from './text.ts';

/** A clock, a lookup or an instance of the host threw. The script gets the failure, the operator its reason. */
export function hostFailed(call: unknown, thrown: unknown, logger: Logger | undefined): CallDecision {
  const name = nameOfCall(call);
  const stack = stackOf(thrown);
  const message = oneLine(messageOf(thrown));
  warn(logger, 'a call could not be decided', { call: name, message, ...(stack !== undefined && { stack }) });
  const failure = failureOf(`\`${name}\`: this peer cannot perform calls now`);
  return { kind: 'failed', stage: 'handler', code: 'ERR_CALL_HOST', ...failure };
}

function nameOfCall(call: unknown): string {
  try {
    const { serviceId, functionName } = (call as { request: CallRequest }).request;
    return `${oneLine(String(serviceId))}.${oneLine(String(functionName))}`;
  } catch {
    return 'unknown';
  }
}
