import { z } from 'zod';
import { hasMethods, isFunction, isString, required } from '../../base/options.ts';
import type { Shape } from '../../base/options.ts';
import type { Clock } from '../clock.ts';
import { NO_CONTACTS } from './contacts.ts';
import type { Contacts } from './contacts.ts';
import type { SigKey } from './sig.ts';
import { defineService } from '../define-service.ts';
import type { ServiceDefinition } from '../define-service.ts';

/** What the builtin service `peer` needs to know. */
export interface PeerServiceOptions {
  readonly clock: Clock;
  /** Returned by `peer.identify`. Left out: `beryl`. */
  readonly version?: string;
  /** Addresses at which the peer can be reached; called at each `peer.identify`. Left out: none. */
  readonly externalAddresses?: () => readonly string[];
  /** What the peer knows of others. Left out: nothing. */
  readonly contacts?: Contacts;
  /** The key with which `sig` signs. Left out: the peer has no `sig`. */
  readonly key?: SigKey;
}

export const PEER_SERVICE_OPTIONS: Shape<PeerServiceOptions> = {
  clock: required(hasMethods('now', 'after')),
  version: isString,
  externalAddresses: isFunction,
  contacts: hasMethods('list', 'isConnected'),
  key: hasMethods('sign'),
};

/** The version of the language. */
const AIR_VERSION = '0.62';

/** `peer`: who and when. `timestamp_sec` is the clock that guards trust: `expectOrigin(hostPeer, 'peer', 'timestamp_sec', '')`. */
export function peer(options: PeerServiceOptions): ServiceDefinition<undefined> {
  /** Addresses; compiled scripts pass an optional list as `[]` or in a list of its own. */
  const addressList = z.array(z.string().max(1024)).max(64);
  const addresses = z.union([addressList, z.tuple([addressList])]).optional();
  const text = z.string();
  const message = text.optional();
  /** Milliseconds; other peers accept them as text too. */
  const duration = z.union([z.int().min(0), z.string().regex(/^\d{1,15}$/)]);
  const { clock, version = 'beryl', externalAddresses = () => [], contacts = NO_CONTACTS } = options;
  const contactOf = (peerId: string) => contacts.list().find(contact => contact.peerId === peerId);
  return defineService({
    id: 'peer',
    functions: {
      identify: {
        arguments: {},
        guards: {},
        handler: () => ({
          external_addresses: [...externalAddresses()],
          node_version: version,
          air_version: AIR_VERSION,
          spell_version: '',
          allowed_binaries: [],
          vm_info: null,
        }),
      },
      is_connected: {
        arguments: { peer_id: text },
        guards: {},
        handler: ({ peer_id }) => contacts.isConnected(peer_id),
      },
      connect: {
        arguments: { peer_id: text, addresses },
        guards: {},
        management: true,
        async handler({ peer_id, addresses: given = [] }) {
          const [list = []] = Array.isArray(given[0]) ? given : [given];
          const known = list.length > 0 ? (list as string[]) : (contactOf(peer_id)?.addresses ?? []);
          return (
            (await contacts.connect?.({ peerId: peer_id, addresses: known })) ?? contacts.isConnected(peer_id)
          );
        },
      },
      get_contact: {
        arguments: { peer_id: text },
        guards: {},
        handler({ peer_id }) {
          const contact = contactOf(peer_id);
          return contact === undefined ? '' : { peer_id, addresses: [...contact.addresses] };
        },
      },
      timestamp_ms: { arguments: {}, guards: {}, handler: (_, call) => Math.floor(call.now()) },
      timestamp_sec: { arguments: {}, guards: {}, handler: (_, call) => Math.floor(call.now() / 1000) },
      timeout: {
        arguments: { duration_ms: duration, message },
        guards: {},
        handler: ({ duration_ms, message: late = '' }, { signal }) =>
          new Promise<string>(resolve => {
            const cancel = clock.after(Number(duration_ms), () => resolve(late));
            signal.addEventListener('abort', cancel, { once: true });
          }),
      },
    },
  });
}
