import { z } from 'zod';
import { checkOptions, isAnything } from '../../base/options.ts';
import { defineService } from '../define-service.ts';
import type { ServiceDefinition } from '../define-service.ts';
import { expectOrigin } from '../guards/expect-origin.ts';
import { hostPeer } from '../guards/peer-ref.ts';
import type { PeerRef } from '../guards/peer-ref.ts';

/**
 * A second opinion for services that trust this peer, but not the peer that runs Auth: it says whether Auth's answer is genuine.
 * `ok` speaks about the particle at hand; its own origin is what the next service guards.
 *
 * @param options.authPeer The peer whose Auth is believed. Left out: the one that runs this service.
 * @example startService(authStatus({ authPeer: AUTH_PEER })) // (call PEER ("auth-status" "check") [status.$.is_admin] verdict)
 */
export function authStatus(options: { readonly authPeer?: PeerRef } = {}): ServiceDefinition<undefined> {
  checkOptions('authStatus', options, { authPeer: isAnything });
  const authPeer = options.authPeer ?? hostPeer;
  return defineService({
    id: 'auth-status',
    functions: {
      check: {
        arguments: { is_admin: z.boolean() },
        guards: { is_admin: expectOrigin(authPeer, 'authSrv', 'get_status', '.$.is_admin') },
        handler: ({ is_admin }) => ({ ok: is_admin }),
      },
    },
  });
}
