import { z } from 'zod';
import { canonicalJson } from '../../interpreter/index.ts';
import { defineService } from '../define-service.ts';
import type { ServiceDefinition } from '../define-service.ts';
import { losslessArguments } from './lossless.ts';

/** `debug`: a value as text. */
export function debug(): ServiceDefinition<undefined> {
  return defineService({
    id: 'debug',
    functions: {
      stringify: {
        arguments: {},
        rest: z.unknown(),
        guards: {},
        handler(_, call) {
          const values = losslessArguments(call);
          if (values.length === 0) return '"<empty argument list>"';
          return canonicalJson(values.length === 1 ? (values[0] ?? null) : values);
        },
      },
    },
  });
}
