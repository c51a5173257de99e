import { defineService } from '../define-service.ts';
import type { ServiceDefinition } from '../define-service.ts';
import { numeric } from './integers.ts';
import type { Numeric } from './integers.ts';

/** `cmp`: numbers compared by value, integers of 64 bits and floats exactly. */
export function cmp(): ServiceDefinition<undefined> {
  const compare = (answer: (x: Numeric, y: Numeric) => boolean | number) => ({
    arguments: { x: numeric(), y: numeric() },
    guards: {},
    handler: ({ x, y }: { readonly x: Numeric; readonly y: Numeric }) => answer(x, y),
  });
  return defineService({
    id: 'cmp',
    functions: {
      gt: compare((x, y) => x > y),
      gte: compare((x, y) => x >= y),
      lt: compare((x, y) => x < y),
      lte: compare((x, y) => x <= y),
      cmp: compare((x, y) => (x < y ? -1 : x > y ? 1 : 0)),
    },
  });
}
