import { defineService, expectOrigin, fail } from 'beryl/services';
import { z } from 'zod';

/** Greets whoever the clock of this network says it is early enough for. `peers` are peer ids by name. */
export default ({ peers }) =>
  defineService({
    id: 'greeter',
    state: { greeted: [] },
    functions: {
      greet: {
        arguments: { name: z.string().min(1), now: z.number() },
        // The time must be what the clock peer says, not what the script says.
        guards: { now: expectOrigin(peers.clock, 'peer', 'timestamp_sec', '') },
        handler({ name, now }, { state }) {
          if (now > 1_800_000_000) return fail('too late for greetings');
          state.greeted.push(name);
          return `good morning, ${name}`;
        },
      },
    },
  });
