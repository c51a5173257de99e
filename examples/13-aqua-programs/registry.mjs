import { defineService, expectOrigin, hostPeer } from 'beryl/services';
import { z } from 'zod';

const LIFE_SEC = 3600;

/** Who provides what. Records end an hour after they were put, on the clock of the peer that keeps them. */
export default defineService({
  id: 'registry',
  state: { records: [] },
  functions: {
    put: {
      arguments: { route: z.string().min(1), provider: z.string().min(1), now: z.int() },
      guards: { now: expectOrigin(hostPeer, 'peer', 'timestamp_sec', '') },
      result: z.int().min(0),
      handler({ route, provider, now }, { state }) {
        state.records = state.records.filter(record => record.ends > now);
        state.records.push({ route, provider, ends: now + LIFE_SEC });
        return state.records.length;
      },
    },
    providers: {
      arguments: { route: z.string() },
      guards: {},
      result: z.array(z.string()),
      handler: ({ route }, { state }) =>
        state.records.filter(record => record.route === route).map(({ provider }) => provider),
    },
  },
});
