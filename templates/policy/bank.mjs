import { defineService } from 'beryl/services';
import { z } from 'zod';

/** A bank that pays whatever a script asks for: the policy says what it may be asked. */
export default defineService({
  id: 'bank',
  functions: {
    pay: {
      arguments: { account: z.string(), amount: z.number() },
      guards: {},
      handler: ({ account, amount }) => `${amount} to ${account}`,
    },
  },
});
