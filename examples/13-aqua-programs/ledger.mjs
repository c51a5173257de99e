import { anyOf, defineService, each, expectOrigin, fail } from 'beryl/services';
import { z } from 'zod';

const QUORUM = 2;

/** Settles a balance on which two replicas agree. */
export default ({ peers }) =>
  defineService({
    id: 'ledger',
    functions: {
      settle: {
        arguments: { balances: z.array(z.int().min(0)) },
        guards: {
          balances: each(
            anyOf(
              ...[peers.replica1, peers.replica2, peers.replica3].map(replica =>
                expectOrigin(replica, 'replica', 'balance', ''),
              ),
            ),
          ),
        },
        result: z.int().min(0),
        handler({ balances }, { tetraplets }) {
          // One replica that answers twice is still one.
          const sayers = new Map(tetraplets.balances.map(({ peerId }, i) => [peerId, balances[i]]));
          const said = [...sayers.values()];
          const agreed = said.find(balance => said.filter(other => other === balance).length >= QUORUM);
          return agreed ?? fail('the replicas do not agree');
        },
      },
    },
  });
