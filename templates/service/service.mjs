import { defineService, expectOrigin } from 'beryl/services';
import { z } from 'zod';

/** Keeps notes with the time of a clock that it trusts. `peers` are the peer ids of the network file, by name. */
export default ({ peers }) =>
  defineService({
    id: 'my-service',
    state: { notes: [] },
    functions: {
      add: {
        arguments: { text: z.string().min(1), at: z.number() },
        // The time must be an answer of the peer `clock`, not a number that a script wrote.
        guards: { at: expectOrigin(peers.clock, 'peer', 'timestamp_sec', '') },
        handler({ text, at }, { state }) {
          state.notes.push({ text, at });
          return state.notes.length;
        },
      },
    },
  });
