import { z } from 'zod';
import type { CallFacts } from '../call-context.ts';
import { defineService } from '../define-service.ts';
import type { ServiceDefinition } from '../define-service.ts';
import type { Gatekeeper } from '../gatekeeper/gatekeeper.ts';
import type { ServiceLookup } from '../registry.ts';
import { fail } from '../result.ts';
import { oneLine } from '../text.ts';

const ALIAS_SIZE_MAX = 1024;

/** What {@link aliasService} is given. */
export interface AliasOptions {
  /** Service ids by alias. */
  readonly aliases: Readonly<Record<string, string>>;
  readonly registry: ServiceLookup;
  /** Says which functions a caller may call. */
  readonly gatekeeper: Gatekeeper;
}

/**
 * `srv`: names that stay while services are exchanged. `srv.resolve_alias` gives the id of a service to callers who may call one of its functions;
 * to all others, and for an alias without a service, it says what it says of an alias that does not exist. Scripts then call the service
 * by its id, so rules and origins name ids only.
 *
 * `createPeer({ aliases })` registers it.
 *
 * @example aliasService({ aliases: { shop: 'shop-2' }, registry, gatekeeper: createGatekeeper(peerId, acl) })
 */
export function aliasService({ aliases, registry, gatekeeper }: AliasOptions): ServiceDefinition<undefined> {
  const ids = new Map(Object.entries(aliases));
  /** Who handed the particle over is not known here: rules for single senders deny, and allow nothing. */
  const mayCall = (serviceId: string, { initPeerId, callerServiceId }: CallFacts): boolean => {
    const functions = registry.find(serviceId)?.definition.functions.values() ?? [];
    return [...functions].some(
      ({ name: functionName, management }) =>
        gatekeeper.check({ initPeerId, serviceId, functionName, management, callerServiceId }) === undefined,
    );
  };
  return defineService({
    id: 'srv',
    functions: {
      resolve_alias: {
        arguments: { alias: z.string().max(ALIAS_SIZE_MAX) },
        guards: {},
        result: z.string(),
        handler({ alias }, call) {
          const id = ids.get(alias);
          return id !== undefined && mayCall(id, call)
            ? id
            : fail(`unknown alias \`${oneLine(alias)}\` on this peer`);
        },
      },
    },
  });
}
