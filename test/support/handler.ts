import { z } from 'zod';
import {
  defineService,
  type CallContext,
  type Guard,
  type HandlerAnswer,
  type StandardSchemaV1,
} from '../../services/index.ts';
import { world } from '../unit/services/harness.ts';

export type Handler = (call: CallContext<{ n: number; list: unknown[] }, 'x'>) => unknown;

/** A service of one function, which counts its calls and then does what `handler` does; `read` tells the count. */
export function serviceOf(
  handler: Handler,
  options: { guard?: Guard; timeoutMs?: number; schema?: StandardSchemaV1 } = {},
) {
  const { guard, timeoutMs, schema = z.unknown() } = options;
  return defineService({
    id: 's',
    state: { n: 0, list: [] as unknown[] },
    functions: {
      f: {
        arguments: { x: schema },
        guards: guard ? { x: guard } : {},
        ...(timeoutMs !== undefined && { timeoutMs }),
        handler(_, call) {
          call.state.n += 1;
          return handler(call) as HandlerAnswer<unknown>;
        },
      },
      read: { arguments: {}, guards: {}, handler: (_, { state }) => state.n },
    },
  });
}

/** One call of it: the decision, and what its state is then. */
export async function run(...definition: Parameters<typeof serviceOf>) {
  const it = world([serviceOf(...definition)]);
  const decision = await it.call({ service: 's', fn: 'f', args: [{ value: 1 }] });
  return { decision, state: it.instances[0]?.state };
}
