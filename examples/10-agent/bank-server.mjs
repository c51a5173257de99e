// The bank's own tools, as the bank offers them to everybody. They check nothing.
import { serveTools } from './server.mjs';

await serveTools('bank', {
  pay: {
    description: 'Pays an amount from the account of the owner.',
    properties: { account: { type: 'string' }, amount: { type: 'number' }, note: { type: 'string' } },
    answer: ({ account, amount }) => ({ paid: amount, to: account }),
  },
});
