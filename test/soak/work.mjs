// The service of peers that are killed: notes each effect in a file, and what it has done in its state.
import { appendFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineService } from 'beryl/services';

const anything = { '~standard': { version: 1, vendor: 'soak', validate: value => ({ value }) } };

export const workOf = effectsFile =>
  defineService({
    id: 'work',
    state: { done: [] },
    functions: {
      do: {
        arguments: { n: anything },
        guards: {},
        async handler({ n }, call) {
          appendFileSync(effectsFile, `${n} ${call.idempotencyKey}\n`);
          // Time to be killed between the effect and the answer.
          await new Promise(resolve => setTimeout(resolve, Math.random() * 20));
          call.state.done.push(n);
          return n;
        },
      },
      list: { arguments: {}, guards: {}, handler: (_, { state }) => state.done },
    },
  });

/** A peer of `beryl peer` loads a copy of this file, and has its effects beside it. */
export default workOf(fileURLToPath(new URL('effects.txt', import.meta.url)));
