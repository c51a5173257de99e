import { z } from 'zod';
import { concat, utf8 } from '../../base/bytes.ts';
import { sha256, verifySignature } from '../../interpreter/index.ts';
import { defineService } from '../define-service.ts';
import type { ServiceDefinition } from '../define-service.ts';
import { expectInitPeer } from '../guards/expect-init-peer.ts';
import { hostPeer } from '../guards/peer-ref.ts';
import { messageOf } from '../text.ts';

/** A key that signs: of a peer. */
export interface SigKey {
  /** Base58 peer id of the key. */
  readonly peerId: string;
  /** 64 bytes: Ed25519 over exactly these bytes. */
  sign(message: Uint8Array): Uint8Array | Promise<Uint8Array>;
}

/**
 * Domain tag: nothing else that a Beryl key signs begins with these bytes. Particles begin with `beryl/particle/2`, refusals and envelopes with
 * tags of their own; heads are 32 bytes long, and notes have no zero bytes.
 */
const TAG = utf8('beryl/sig/1\0');
const DATA_MAX = 65_536;

/**
 * What `sig.sign` signs: the tag, then SHA-256 of the data. For those who verify without a peer.
 *
 * @example verifySignature(peerId, sigMessage(data), signature)
 */
export const sigMessage = (data: Uint8Array): Uint8Array => concat(TAG, sha256(data));

/**
 * `sig`: signatures of this peer over bytes, under a tag of their own. Only particles that this peer has started may sign, in every guard mode. The
 * signature says that this peer's own script asked for it, not where the bytes came from: guard them before.
 */
export function sig(key: SigKey): ServiceDefinition<undefined> {
  const bytes = z.array(z.int().min(0).max(255)).max(DATA_MAX);
  return defineService({
    id: 'sig',
    functions: {
      sign: {
        arguments: { data: bytes },
        guards: {},
        management: true,
        caller: expectInitPeer(hostPeer),
        async handler({ data }) {
          try {
            const signature = await key.sign(sigMessage(Uint8Array.from(data)));
            return { success: true, error: [], signature: [[...signature]] };
          } catch (failure) {
            return { success: false, error: [messageOf(failure)], signature: [] };
          }
        },
      },
      verify: {
        arguments: { signature: bytes, data: bytes },
        guards: {},
        handler: ({ signature, data }) =>
          verifySignature(key.peerId, sigMessage(Uint8Array.from(data)), Uint8Array.from(signature)),
      },
      get_peer_id: { arguments: {}, guards: {}, handler: () => key.peerId },
    },
  });
}
