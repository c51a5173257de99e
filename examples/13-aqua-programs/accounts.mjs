import { defineService, fail } from 'beryl/services';
import { z } from 'zod';

/** The nick of the peer that asks. */
export default ({ peers }) =>
  defineService({
    id: 'accounts',
    functions: {
      whoami: {
        arguments: {},
        guards: {},
        result: z.object({ nick: z.string() }),
        handler: (_, { initPeerId }) =>
          initPeerId === peers.user ? { nick: 'ada' } : fail('no account of this peer'),
      },
    },
  });
