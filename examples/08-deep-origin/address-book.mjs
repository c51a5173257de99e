import { defineService, expectInitPeer, fail, hostPeer } from 'beryl/services';
import { z } from 'zod';

const ACCOUNTS = new Map([
  ['Rossi Plumbing', 'IT60-0542-8111'],
  ['Mallory Ltd', 'GG13-6660-0666'],
]);

/** Accounts that its owner has paid before, by name. An entry is known to the owner, but not trusted with every payment. */
export default defineService({
  id: 'address-book',
  functions: {
    find: {
      arguments: { name: z.string() },
      guards: {},
      caller: expectInitPeer(hostPeer),
      handler({ name }) {
        const account = ACCOUNTS.get(name);
        return account === undefined ? fail(`nobody is called ${name}`) : { name, account };
      },
    },
  },
});
