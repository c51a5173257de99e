import { z } from 'zod';
import { checkOptions, isIterable, required } from '../../base/options.ts';
import { defineService } from '../define-service.ts';
import type { ServiceDefinition } from '../define-service.ts';

/** What the sample {@link auth} keeps: peer ids (base58). */
export interface AuthState {
  admins: string[];
  misbehaving: string[];
}

const status = z.strictObject({ is_admin: z.boolean(), is_misbehaving: z.boolean() });

/** What the functions of {@link auth} answer. */
export interface AuthResults {
  readonly get_status: z.input<typeof status>;
  readonly grant: unknown;
  readonly revoke: unknown;
}

const peerId = z.string().min(1).max(128);

/**
 * Says what a peer may do. `get_status` takes no arguments on purpose: it answers for the init peer, which signed the
 * particle, so there is nothing that a script could forge. Its answer carries its origin; other services, on other
 * peers, guard their arguments with `expectOrigin(authPeer, 'authSrv', 'get_status', '.$.is_admin')`.
 *
 * @param options Peer ids (base58) to begin with; the owner of the peer can grant and revoke later.
 * @example createPeer({ secretKey, transport, services: [startService(auth({ admins: [ALICE] }))] })
 */
export function auth(options: {
  readonly admins: readonly string[];
  readonly misbehaving?: readonly string[];
}): ServiceDefinition<AuthState, AuthResults> {
  checkOptions('auth', options, { admins: required(isIterable), misbehaving: isIterable });
  return defineService({
    id: 'authSrv',
    state: { admins: [...options.admins], misbehaving: [...(options.misbehaving ?? [])] } as AuthState,
    functions: {
      get_status: {
        arguments: {},
        guards: {},
        result: status,
        handler: (_, { state, initPeerId }) => ({
          is_admin: state.admins.includes(initPeerId),
          is_misbehaving: state.misbehaving.includes(initPeerId),
        }),
      },
      grant: {
        arguments: { peer_id: peerId },
        guards: {},
        management: true,
        handler({ peer_id }, { state }) {
          if (!state.admins.includes(peer_id)) state.admins.push(peer_id);
        },
      },
      revoke: {
        arguments: { peer_id: peerId },
        guards: {},
        management: true,
        handler({ peer_id }, { state }) {
          state.admins = state.admins.filter(admin => admin !== peer_id);
        },
      },
    },
  });
}
