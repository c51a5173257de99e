import { defineService, expectLiteral, from, initPeer, literalOf, whose } from 'beryl/services';
import { z } from 'zod';

/** Pays only accounts of the customer's address book, and only if the customer's own script names the payee. */
export default defineService({
  id: 'bank',
  state: { transfers: [] },
  functions: {
    transfer: {
      arguments: { account: z.string().min(1), amount: z.number().positive() },
      guards: {
        // The account must be in the customer's own address book, under a name that is written in the customer's script.
        account: from(initPeer, 'address-book', 'find', '.$.account', whose(0, literalOf(initPeer))),
        amount: expectLiteral(),
      },
      handler({ account, amount }, { state, initPeerId }) {
        state.transfers.push({ by: initPeerId, account, amount });
        return state.transfers.length;
      },
    },
  },
});
