import { join } from 'node:path';
import { mcpService, stdioTransport } from 'beryl/agents';
import { from, initPeer, literalOf, whose } from 'beryl/services';

/** The bank's MCP server, as a service of the bank's own peer. The bank trusts the customer's address book, and no agent. */
export default async () =>
  mcpService({
    id: 'bank',
    transport: await stdioTransport({
      command: 'node',
      args: [join(import.meta.dirname, 'bank-server.mjs')],
    }),
    guards: {
      pay: {
        account: from(initPeer, 'book', 'find', '.$.account', whose(0, literalOf(initPeer))),
        amount: literalOf(initPeer),
      },
    },
  });
