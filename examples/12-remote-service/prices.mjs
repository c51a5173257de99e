import { defineService } from 'beryl/services';
import { z } from 'zod';

/** A service of the peer itself: the one in the other process may call it. */
export const prices = defineService({
  id: 'prices',
  functions: {
    price_of: {
      arguments: { item: z.string() },
      guards: {},
      result: z.number(),
      handler: ({ item }) => (item === 'apples' ? 2 : 3),
    },
  },
});
