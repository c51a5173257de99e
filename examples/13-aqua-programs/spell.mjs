import { defineService, fail } from 'beryl/services';
import { z } from 'zod';

/** What a spell keeps between its runs: the configuration that its owner has set, and lists. */
export default defineService({
  id: 'spell',
  state: { config: { limit: 100 }, lists: {} },
  functions: {
    get_u32: {
      arguments: { key: z.string() },
      guards: {},
      result: z.object({ num: z.int().min(0) }),
      handler: ({ key }, { state }) =>
        Object.hasOwn(state.config, key) ? { num: state.config[key] } : fail(`no value of \`${key}\``),
    },
    push: {
      arguments: { key: z.string().max(64), num: z.int().min(0) },
      guards: {},
      result: z.int().min(0),
      handler({ key, num }, { state }) {
        if (!Object.hasOwn(state.lists, key)) state.lists[key] = [];
        return state.lists[key].push(num);
      },
    },
  },
});
