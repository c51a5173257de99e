import { defineService, expectOrigin, fail, hostPeer } from 'beryl/services';
import { z } from 'zod';

/** Orders up to the limit that stands in the spell's own configuration, at the oracle's price. */
export default ({ peers }) =>
  defineService({
    id: 'broker',
    functions: {
      order: {
        arguments: { limit: z.int(), price: z.int() },
        guards: {
          limit: expectOrigin(hostPeer, 'spell', 'get_u32', '.$.num'),
          price: expectOrigin(peers.oracle, 'prices', 'latest', '.$.num'),
        },
        result: z.string(),
        handler: ({ limit, price }) =>
          price <= limit ? `ordered at ${price}` : fail(`the price ${price} is above ${limit}`),
      },
    },
  });
