import { defineService, expectLiteral } from 'beryl/services';
import { z } from 'zod';

/** What the shop has. The host and the process in JavaScript share this file; the one in Python keeps to it. */
export const stock = defineService({
  id: 'stock',
  state: { left: { apples: 10, pears: 3 } },
  functions: {
    reserve: {
      arguments: { item: z.string(), count: z.int().min(1) },
      // The host asks the guards, before the call leaves for the other process.
      guards: { item: expectLiteral() },
      result: z.strictObject({ item: z.string(), left: z.int().min(0) }),
      handler({ item, count }, { state }) {
        const left = (state.left[item] ?? 0) - count;
        if (left < 0) throw new Error(`not enough ${item}`);
        state.left[item] = left;
        return { item, left };
      },
    },
    /** What all there is of it is worth. The peer has the prices. */
    value: {
      arguments: { item: z.string() },
      guards: {},
      result: z.number(),
      async handler({ item }, { state, callService }) {
        const price = await callService('prices', 'price_of', [item]);
        if (price.kind !== 'served') throw new Error(price.text);
        return (state.left[item] ?? 0) * JSON.parse(price.result.resultJson);
      },
    },
  },
});
