import { defineService, expectLiteral, from, initPeer, literalOf, whose } from 'beryl/services';
import { z } from 'zod';

/** Pays only whom the customer knows, and only if the customer itself has said whom it means. */
export default defineService({
  id: 'bank',
  state: { transfers: [] },
  functions: {
    transfer: {
      arguments: { account: z.string().min(1), amount: z.number().positive() },
      guards: {
        // The account stands in the customer's own address book, under a name that the customer's script says.
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
