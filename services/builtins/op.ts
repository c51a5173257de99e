import { z } from 'zod';
import { fromBase58, textOf, toBase58, utf8 } from '../../base/bytes.ts';
import { sha256 } from '../../interpreter/index.ts';
import { defineService } from '../define-service.ts';
import type { ServiceDefinition } from '../define-service.ts';
import { fail } from '../result.ts';
import { losslessArguments, okLossless } from './lossless.ts';
import type { Json } from './lossless.ts';

/** Code and length of SHA-256 in a multihash. */
const SHA2_256 = [0x12, 0x20] as const;

/** `op`: values passed through, joined and spelled otherwise. */
export function op(): ServiceDefinition<undefined> {
  const anything = z.unknown();
  const bytes = z.array(z.int().min(0).max(255));
  return defineService({
    id: 'op',
    functions: {
      noop: { arguments: {}, rest: anything, guards: {}, handler: () => null },
      identity: {
        arguments: { value: anything.optional() },
        guards: {},
        handler: (_, call) => okLossless(losslessArguments(call)[0] ?? null),
      },
      array: {
        arguments: {},
        rest: anything,
        guards: {},
        handler: (_, call) => okLossless(losslessArguments(call)),
      },
      array_length: {
        arguments: { array: z.array(anything) },
        guards: {},
        handler: ({ array }) => array.length,
      },
      concat: {
        arguments: {},
        rest: z.array(anything),
        guards: {},
        handler: (_, call) => okLossless((losslessArguments(call) as readonly Json[][]).flat()),
      },
      concat_strings: {
        arguments: {},
        rest: z.string(),
        guards: {},
        handler: (_, { rest }) => rest.join(''),
      },
      string_to_b58: {
        arguments: { text: z.string() },
        guards: {},
        handler: ({ text }) => toBase58(utf8(text)),
      },
      string_from_b58: {
        arguments: { b58: z.string() },
        guards: {},
        handler({ b58 }) {
          const decoded = fromBase58(b58);
          if (decoded === undefined) return fail('decode base58 failed: not base58');
          return textOf(decoded) ?? fail('decode from bytes to UTF8 failed: not UTF-8');
        },
      },
      bytes_to_b58: {
        arguments: { bytes },
        guards: {},
        handler: args => toBase58(Uint8Array.from(args.bytes)),
      },
      bytes_from_b58: {
        arguments: { b58: z.string() },
        guards: {},
        handler({ b58 }) {
          const decoded = fromBase58(b58);
          return decoded === undefined ? fail('decode base58 failed: not base58') : [...decoded];
        },
      },
      sha256_string: {
        arguments: {
          text: z.string(),
          digest_only: z.boolean().optional(),
          as_bytes: z.boolean().optional(),
        },
        guards: {},
        handler({ text, digest_only = false, as_bytes = false }) {
          const digest = sha256(text);
          const answer = digest_only ? digest : Uint8Array.of(...SHA2_256, ...digest);
          return as_bytes ? [...answer] : toBase58(answer);
        },
      },
    },
  });
}
