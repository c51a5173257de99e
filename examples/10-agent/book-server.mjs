// The owner's address book. It also knows Mallory.
import { serveTools } from './server.mjs';

const ACCOUNTS = { 'Rossi Plumbing': 'IT60-0542-8111', 'Mallory Ltd': 'GG13-6660-0666' };

await serveTools('book', {
  find: {
    description: 'The account of a name.',
    properties: { name: { type: 'string' } },
    answer: ({ name }) => ({ name, account: ACCOUNTS[name] ?? '' }),
  },
});
