import type { CallRequest } from '../interpreter/index.ts';
import { argumentMistake, askGuards, nameArguments } from './arguments.ts';
import type { CallFacts } from './call-context.ts';
import type { ServiceDefinition } from './define-service.ts';
import { formatDenial, type NameOf } from './guards/denial-text.ts';
import type { GuardMode } from './guard-mode.ts';

/** What a service's own rules say of a call, without running the handler. */
export interface DecidedAgain {
  /** Where the call ends; `passed` if it would reach the handler. */
  readonly stage: 'find' | 'arguments' | 'guards' | 'passed';
  /** Why; empty for a call that passes. */
  readonly text: string;
}

/**
 * Asks the schemas and guards of a service about a call once more: for replays, with the services of today.
 *
 * @param options.guardMode Of the peer; `enforce` if left out. What the function declares comes first.
 * @example decideAgain(blog({ authPeer }), request, facts).stage // 'guards'
 */
export function decideAgain(
  { functions }: ServiceDefinition,
  request: CallRequest,
  facts: CallFacts,
  { guardMode = 'enforce', nameOf }: { readonly guardMode?: GuardMode; readonly nameOf?: NameOf } = {},
): DecidedAgain {
  const fn = functions.get(request.functionName);
  if (fn === undefined)
    return { stage: 'find', text: `the service has no function \`${request.functionName}\`` };
  const named = nameArguments(fn, request);
  const mistake = argumentMistake(fn, named);
  if (mistake !== undefined) return { stage: 'arguments', text: mistake };
  const { denial } = askGuards(fn, named, facts, fn.guardMode ?? guardMode);
  return denial === undefined
    ? { stage: 'passed', text: '' }
    : { stage: 'guards', text: formatDenial(denial, nameOf) };
}
