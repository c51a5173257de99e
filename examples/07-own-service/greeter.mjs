import { defineService, expectOrigin, fail } from 'beryl/services';
import { z } from 'zod';

/** Greets until a certain time on the clock of this network. `peers` are peer ids by name. */
export default ({ peers }) =>
  defineService({
    id: 'greeter',
    state: { greeted: [] },
    functions: {
      greet: {
        arguments: { name: z.string().min(1), now: z.number() },
        // The time must come from the clock peer, not from the script.
        guards: { now: expectOrigin(peers.clock, 'peer', 'timestamp_sec', '') },
        handler({ name, now }, { state }) {
          if (now > 1_800_000_000) return fail('too late for greetings');
          state.greeted.push(name);
          return `good morning, ${name}`;
        },
      },
    },
  });
