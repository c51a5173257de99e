import { defineService, expectOrigin } from 'beryl/services';
import { z } from 'zod';

/** A chat room. Nicks are those of the accounts peer. */
export default ({ peers }) =>
  defineService({
    id: 'room',
    state: { messages: [{ nick: 'system', text: 'welcome' }] },
    functions: {
      post: {
        arguments: { nick: z.string(), text: z.string().max(1000) },
        guards: { nick: expectOrigin(peers.accounts, 'accounts', 'whoami', '.$.nick') },
        result: z.int().min(0),
        handler: ({ nick, text }, { state }) => state.messages.push({ nick, text }),
      },
      messages: {
        arguments: {},
        guards: {},
        result: z.array(z.object({ nick: z.string(), text: z.string() })),
        handler: (_, { state }) => state.messages,
      },
    },
  });
