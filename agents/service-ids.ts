import { printable, shorten } from '../base/printable.ts';
import type { Peer } from '../peer/index.ts';
import { AgentError } from './errors.ts';
import type { AgentOptions } from './options.ts';

/** Services that each particle has. */
const RESERVED = new Set(['callbackSrv', 'errorHandlingSrv', 'getDataSrv']);

/** @throws {AgentError} `ERR_AGENT_SERVICE` if two services have one id. */
export function ownIds(services: AgentOptions['services']): ReadonlySet<string> {
  const ids = new Set<string>();
  for (const { id } of services) {
    if (ids.has(id) || RESERVED.has(id) || id === '') throw taken(id);
    ids.add(id);
  }
  return ids;
}

const taken = (id: string, cause?: unknown): AgentError =>
  new AgentError(
    'ERR_AGENT_SERVICE',
    `an agent cannot have a service of the id \`${printable(shorten(id, 64))}\`: it is taken, or empty; choose another id`,
    { id },
    { cause },
  );

/**
 * Makes the peer of an agent, which refuses the ids of its builtins.
 *
 * @throws {AgentError} `ERR_AGENT_SERVICE`.
 */
export function peerWithServices(make: () => Peer): Peer {
  try {
    return make();
  } catch (cause) {
    const [, id] =
      cause instanceof TypeError ? (/service `([^`]*)` is registered already/.exec(cause.message) ?? []) : [];
    if (id === undefined) throw cause;
    throw taken(id, cause);
  }
}
