import { z } from 'zod';
import { fromBase58 } from '../../base/bytes.ts';
import { sha256 } from '../../interpreter/index.ts';
import { defineService } from '../define-service.ts';
import type { ServiceDefinition } from '../define-service.ts';
import { fail } from '../result.ts';
import { given, optional } from './optional.ts';
import type { Contacts } from './contacts.ts';

/** How many peers are answered if a script does not say. */
const COUNT = 20;
const COUNT_MAX = 1000;
/** Multihash prefix of SHA2-256 with 32 bytes. */
const SHA2_256 = [0x12, 0x20] as const;
const DIGEST_LENGTH = 34;

/**
 * `kad`: peers by XOR distance. A peer stands at the SHA-256 of the bytes of its id, a key at the SHA-256 of its bytes. The answers say what this
 * peer knows, or has just learnt from its network: acting on them is trust in this peer, and proves nothing about the network.
 */
export function kad(contacts: Contacts): ServiceDefinition<undefined> {
  const count = optional(z.int().min(0).max(COUNT_MAX));
  const flag = optional(z.boolean());
  const text = z.string().max(1024);
  const texts = z.array(text);
  return defineService({
    id: 'kad',
    functions: {
      neighborhood: {
        arguments: { key: text, already_hashed: flag, count },
        guards: {},
        async handler({ key, already_hashed, count: most }) {
          const isHashed = given(already_hashed) === true;
          const target = positionOf(key, isHashed);
          if (typeof target === 'string') return fail(target);
          // Peers of the network are asked by the key itself.
          const near = (await contacts.near?.(isHashed ? undefined : fromBase58(key))) ?? [];
          const known = contacts.list().map(({ peerId }) => peerId);
          return nearest(target, [...known, ...near], given(most));
        },
      },
      merge: {
        arguments: { target: text, left: texts, right: texts, count },
        guards: {},
        handler({ target: key, left, right, count: most }) {
          const target = positionOf(key, false);
          if (typeof target === 'string') return fail(target);
          return nearest(target, [...left, ...right], given(most));
        },
      },
    },
  });
}

/** Where a key stands, or why it stands nowhere. */
function positionOf(key: string, isHashed: boolean): Uint8Array | string {
  const bytes = fromBase58(key);
  if (bytes === undefined) return 'the key is not base58';
  if (!isHashed) return sha256(bytes);
  const isMultihash = bytes.length === DIGEST_LENGTH && SHA2_256.every((byte, i) => bytes[i] === byte);
  return isMultihash ? bytes.subarray(SHA2_256.length) : 'Invalid multihash: expected SHA2-256 with 32 bytes';
}

/** Without repetition; ids that are not base58 stand nowhere and are left out. */
function nearest(target: Uint8Array, peers: readonly string[], most = COUNT): string[] {
  const placed = [...new Set(peers)].flatMap(peerId => {
    const bytes = fromBase58(peerId);
    return bytes === undefined ? [] : [{ peerId, distance: distance(target, sha256(bytes)) }];
  });
  placed.sort((a, b) => compare(a.distance, b.distance));
  return placed.slice(0, most).map(({ peerId }) => peerId);
}

const distance = (a: Uint8Array, b: Uint8Array): Uint8Array => a.map((byte, i) => byte ^ (b[i] ?? 0));

function compare(a: Uint8Array, b: Uint8Array): number {
  const at = a.findIndex((byte, i) => byte !== b[i]);
  return at < 0 ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
}
